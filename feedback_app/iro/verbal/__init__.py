"""Writing down what a child says."""
