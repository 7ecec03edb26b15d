"""A discharge as rows and words: what is missing, the evidence, what follows."""
