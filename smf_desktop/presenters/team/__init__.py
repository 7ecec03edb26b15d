"""The team page: what its figures, charts and lists say."""
