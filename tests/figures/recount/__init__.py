"""Every figure once more, from the exported records alone and by somebody who never saw how the product counts.

Only the standard library, and no code shared with the product: what a figure means was read from its published
definition. `python -m tests.figures.recount FOLDER --from DAY --to DAY --as-of DAY` prints what it finds.
"""
