"""Money through the bank: statements, entries, matching, payment runs."""
