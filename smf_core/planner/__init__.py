"""What if: a service simulated ahead from what it has seen of itself. Pure functions; chance is an argument."""
