"""The queries of payments by card."""
