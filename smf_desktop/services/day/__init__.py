"""The working day: Today, calls, what is to be done."""
