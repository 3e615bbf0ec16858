"""Signing in with e-mail and password, and signing out."""
