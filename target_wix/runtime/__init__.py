"""How the target reads its input, keeps state and ends: nothing here knows Wix."""
