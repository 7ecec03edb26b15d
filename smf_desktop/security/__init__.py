"""From a password to the key of the store: slots, quick code, lock."""
