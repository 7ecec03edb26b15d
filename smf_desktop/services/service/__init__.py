"""What the service states of itself: core teams' counts, what figures are held against, rebases of its charts."""
