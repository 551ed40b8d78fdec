"""Fiscal receipts over HTTP."""
