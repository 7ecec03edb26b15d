"""The reports page as it is seen."""
