"""The team page: headline figures, charts with their tables, and the people behind a mark."""
