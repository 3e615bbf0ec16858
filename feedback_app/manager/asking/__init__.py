"""Inviting a group of children by a pasted list, with cards to print."""
