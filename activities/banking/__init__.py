"""The steps of bank statements, their entries and payment runs."""
