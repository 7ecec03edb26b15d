"""What is read and written in a person's record beside the teaching."""
