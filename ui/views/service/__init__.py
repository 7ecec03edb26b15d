"""Views of the pages of the service: what it plans, states, closes and checks."""
