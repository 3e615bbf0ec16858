"""Each figure, computed once."""
