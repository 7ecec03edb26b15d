"""What leaves the application on paper or as a file, made from plain values."""
