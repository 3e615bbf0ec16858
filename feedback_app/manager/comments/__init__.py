"""The comments that children wrote, for the manager to read."""
