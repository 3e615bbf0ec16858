"""Complaints about how personal data is used: received, fallen due, counted (Data Protection Act 2018, s.164A)."""
