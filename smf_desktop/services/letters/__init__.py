"""Letters and the practices they go to."""
