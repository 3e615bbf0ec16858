"""Messages that the service sent to staff."""
