"""The tables and queries of bank statements, entries and payment runs."""
