"""The caseload and its hand-over as rows and words."""
