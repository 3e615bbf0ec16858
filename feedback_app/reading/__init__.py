"""Ranking free texts and marking them read."""
