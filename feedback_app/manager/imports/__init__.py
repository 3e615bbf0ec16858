"""Reading the council's spreadsheets: reviews, targets, cohorts (docs/imports.md)."""
