"""Keying in a paper form."""
