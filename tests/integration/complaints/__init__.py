"""Complaints about how answers are kept."""
