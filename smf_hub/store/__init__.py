"""What the hub keeps, on SQLCipher or on PostgreSQL: feeds, receipts, what waits for a lead, people and devices."""
