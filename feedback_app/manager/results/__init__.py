"""What children answered, in every survey, over any months."""
