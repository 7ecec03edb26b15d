"""What the visit page does."""
