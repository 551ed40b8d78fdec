"""Payments by card on the acquirer's page."""
