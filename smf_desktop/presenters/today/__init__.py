"""Today and the tasks as rows and words."""
