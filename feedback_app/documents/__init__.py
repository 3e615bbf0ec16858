"""QR codes and what is printed. Data in, bytes or text out."""
