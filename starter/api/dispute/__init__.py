"""Disputes over HTTP: opened, read, written in, decided about."""
