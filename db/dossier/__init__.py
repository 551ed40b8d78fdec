"""Dossiers: what they are made of, and those that were made."""
