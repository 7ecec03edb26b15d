"""Visits to come, and who gives each dose until then."""
