"""Letters written, printed and sent, and whom they go to."""
