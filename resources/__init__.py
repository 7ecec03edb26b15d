"""Data only: checklists, fonts, icons, style sheets. Found with `importlib.resources`."""
