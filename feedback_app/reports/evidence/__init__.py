"""The evidence pack of a handed-over report, for the board and for inspectors."""
