"""What the service says of itself: closed months, data quality, the commissioning view, plans, the self-check."""
