"""Controls that know nothing of nursing: the look, once."""
