"""The laptop's side of the exchange with its hub: what is said when, and when to try again."""
