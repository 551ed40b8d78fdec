"""The embedded stack: every real process Kopeyka needs, on loopback ports, without containers."""
