"""What the pages show and what they say was wanted."""
