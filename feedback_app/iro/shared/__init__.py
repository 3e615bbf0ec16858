"""The answers that children chose to show their IRO."""
