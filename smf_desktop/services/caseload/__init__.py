"""Lists of people: read, found, handed over."""
