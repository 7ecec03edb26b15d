"""The commands of `smf-hub`, one module for each group of them. Each answers an exit code."""
