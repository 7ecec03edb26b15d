"""How teaching ends, and is taken up again."""
