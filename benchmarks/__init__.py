"""What the performance figures are measured with: each prints ratios to a floor measured in the same run."""
