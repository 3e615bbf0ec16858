"""Database engines and sessions, time budgets for waiting, advisory locks, secure deletion."""
