"""What stands in letters, and in the list of them."""
