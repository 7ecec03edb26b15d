"""What every laptop and the hub must agree on: no Qt, no HTTP, no clock, no files."""
