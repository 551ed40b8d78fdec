"""Roles: who there is, and what identifies a person."""
