"""Synthetic people and a simulated service, from one seed."""
