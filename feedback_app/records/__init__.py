"""What is held, for how long, and its deletion."""
