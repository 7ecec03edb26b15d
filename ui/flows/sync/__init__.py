"""The sync centre: what waits, what two laptops changed apart, what a lead looks at."""
