"""The hub over HTTP: routes, signatures and limits. Nothing here decides anything about records."""
