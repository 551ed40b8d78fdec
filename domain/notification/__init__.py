"""Who is notified of what."""
