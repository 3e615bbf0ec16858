"""Choosing the extra question of a month."""
