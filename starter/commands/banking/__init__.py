"""The commands about our accounts, payment runs, bank statements and their entries."""
