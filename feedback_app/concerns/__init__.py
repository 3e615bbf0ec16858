"""Raising a concern, and who is told when nobody sees it."""
