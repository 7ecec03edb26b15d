"""The discharge page: the evidence, the form, the letter."""
