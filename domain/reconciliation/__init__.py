"""Our books against themselves and against the acquirer's list."""
