"""Files: what was received is scanned."""
