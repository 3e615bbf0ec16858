"""Making, finding and ending a child's link."""
