"""The processes: one per file, readable as the process description."""
