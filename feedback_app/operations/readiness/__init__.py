"""Is the service ready, and does it run? One place decides; the command, a page and the red lines on pages say it."""
