"""Retention and erasure: what is kept for how long, what is due, and how it is deleted (docs/records.md)."""
