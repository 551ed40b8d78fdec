"""`make demo`: plays stories through the HTTP API on a stack of its own, and checks the results."""
