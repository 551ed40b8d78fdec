"""Reconciliation of our books with themselves and with the acquirer's lists."""
