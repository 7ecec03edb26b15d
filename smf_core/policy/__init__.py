"""Who may do what to which record, asked by laptop and hub alike."""
