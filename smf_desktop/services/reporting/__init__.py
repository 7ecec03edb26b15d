"""Reports made of the records here, and saved to files."""
