"""A visit as rows and words: on its page, on paper, in the note for the trust's record."""
