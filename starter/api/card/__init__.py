"""Payments by card over HTTP."""
