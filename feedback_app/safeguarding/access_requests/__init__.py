"""Requests to see or to erase what is held about a child."""
