"""The team page: what is asked of it, drawn off the interface thread."""
