"""The team page: its figures in one read, and the people behind them."""
