"""The commands about our books: differences with the acquirer, and the check on demand."""
