"""What survey files must mean."""
