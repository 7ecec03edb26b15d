"""What the service states, plans and keeps of itself: counts, baselines, plans, months, what is to be mended."""
