"""The commands of `smf`, one module for each group of them. Each answers an exit code."""
