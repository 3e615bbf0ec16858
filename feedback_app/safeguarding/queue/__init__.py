"""What is waiting to be read, and reading it."""
