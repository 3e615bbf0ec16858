"""Signing in and confirming with a passkey (WebAuthn)."""
