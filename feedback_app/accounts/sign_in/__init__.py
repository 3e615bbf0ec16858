"""Signing in with e-mail and password, signing out, and the page of one's own account."""
