"""Every test of this room may ask for a real store."""

from tests.support.stores import laptop, store, store_template

__all__ = ["laptop", "store", "store_template"]
