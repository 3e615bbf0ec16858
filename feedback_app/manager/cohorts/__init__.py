"""Cohorts: how many children there are, typed in, and the shares of them that answered."""
