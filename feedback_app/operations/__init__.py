"""Backups, restores, keys in use, service details."""
