"""The words for every trouble, in one place."""
