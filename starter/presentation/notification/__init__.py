"""What callers may see of messages and letters."""
