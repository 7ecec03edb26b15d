"""Domain values as rows, labels and sentences; no Qt."""
