"""Referrals as rows and words: typed in, imported, waiting, compared."""
