"""What the discharge page does."""
