"""QR codes, Word files and what is printed. Data in, bytes or text out."""
