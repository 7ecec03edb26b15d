"""The hub over the network. Nothing here knows what is in the records."""
