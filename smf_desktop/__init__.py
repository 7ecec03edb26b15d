"""The laptop application without a window."""

PRODUCT = "SMF Desktop"
VERSION = "0.1.0"
