"""The change set: how it is written, numbered, chained, read again and merged."""
