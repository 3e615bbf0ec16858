"""Complaints about how personal data is used: seen to step by step by a manager, lead or deputy."""
