"""The exchange with the hub in words: its state, what waits, what two laptops changed apart, what a lead looks at."""
