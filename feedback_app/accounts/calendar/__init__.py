"""A private calendar for Outlook: its address, and what stands in it."""
