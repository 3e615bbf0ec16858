"""Which free texts a person reads first. Pure: no requests, no tables."""
