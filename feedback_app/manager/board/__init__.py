"""The month: board, summary."""
