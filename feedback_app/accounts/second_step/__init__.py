"""The second step at sign-in, and asking for the second factor again (step-up)."""
