"""Making a visit and what may become of it."""
