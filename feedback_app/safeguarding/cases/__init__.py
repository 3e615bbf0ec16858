"""Concerns and contact requests."""
