"""The Wix REST API as the tap and the target need it. Knows nothing of Singer."""
