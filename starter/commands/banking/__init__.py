"""The commands about bank statements, their entries and our own accounts."""
