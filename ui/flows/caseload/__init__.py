"""What the caseload page does."""
