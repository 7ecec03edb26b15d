"""What the reports page does."""
