"""The reports page: what it asks for, and what its rows say."""
