"""A person's record as it is shown."""
