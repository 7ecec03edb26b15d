"""Pages of the service: what it plans, states, closes and checks."""
