"""A person's record as rows and words."""
