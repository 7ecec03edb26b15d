"""What the pages of referrals do: typed in, imported, triaged, merged."""
