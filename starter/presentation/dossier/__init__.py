"""Dossiers, as callers see them."""
