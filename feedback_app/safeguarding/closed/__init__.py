"""Closed concerns, and how many concerns there were in each month."""
