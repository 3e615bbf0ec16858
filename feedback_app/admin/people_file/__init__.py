"""Inviting everybody in a file (docs/imports.md)."""
