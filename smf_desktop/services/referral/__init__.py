"""Taking people in: typed, imported, triaged, found twice and merged."""
