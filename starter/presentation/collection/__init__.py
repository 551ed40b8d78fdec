"""Unpaid orders as they are shown."""
