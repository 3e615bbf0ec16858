"""A report as Word and PDF: laid out once, then filled into a template or set in type."""
