"""What the pages of a person's record do."""
