"""Joining a hub, and exchanging work with it."""
