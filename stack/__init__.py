"""The embedded stack: all processes that Kopeyka needs, on loopback ports, without containers."""
