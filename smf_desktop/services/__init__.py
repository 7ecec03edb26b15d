"""One module per task a person does; each function is one unit of work."""
