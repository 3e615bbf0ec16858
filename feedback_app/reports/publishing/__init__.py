"""What may leave the service: published tables in which small numbers are hidden (promise 25)."""
