"""Sending a child's link through GOV.UK Notify: the address, the asking, the worker's side (docs/decisions/0031)."""
