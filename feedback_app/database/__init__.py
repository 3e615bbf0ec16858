"""Engines, waiting, wiping: what the database needs."""
