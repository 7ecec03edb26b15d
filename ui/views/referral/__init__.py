"""Referrals: the inbox, the form, the import, two records side by side."""
