"""Entries of bank statements as callers see them."""
