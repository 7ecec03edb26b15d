"""Today: the day's visits, the next one, the week."""
