"""What holds for every stream: messages, outcomes, settings, ends."""
