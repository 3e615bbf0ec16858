"""What each report says: gathered from the database once, then built as one document (decision 0036)."""
