"""Notices, letters and their delivery."""
