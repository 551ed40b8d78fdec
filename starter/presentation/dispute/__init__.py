"""Disputes, as callers see them."""
