"""The steps of the daily reconciliation."""
