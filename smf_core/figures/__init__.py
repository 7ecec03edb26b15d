"""What each figure is: its words, its version and its query side by side, the same on a laptop and at the hub."""
