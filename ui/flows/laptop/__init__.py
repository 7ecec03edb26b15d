"""What concerns the laptop and its users, and no person."""
