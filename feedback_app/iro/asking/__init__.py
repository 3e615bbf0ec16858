"""Asking a child: the form, the link, its QR code and card."""
