"""Messages to staff: outbox, recipients, words, channels."""
