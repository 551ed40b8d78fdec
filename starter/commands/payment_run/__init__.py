"""The commands about payment runs and what becomes of their orders."""
