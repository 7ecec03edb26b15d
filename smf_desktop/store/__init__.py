"""The encrypted store: engines, unit of work, outbox, drafts, integrity."""
