"""The month: board, answers, summary."""
