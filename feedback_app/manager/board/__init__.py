"""The month: board, comments as a file."""
