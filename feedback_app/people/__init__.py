"""Members of staff: adding, passwords, links."""
