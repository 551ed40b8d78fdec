"""`make demo`: refunds played through the HTTP API on a stack of their own, shown and checked."""
