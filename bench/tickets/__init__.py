"""Measures support tickets: cases, channels, lists and searches, what an open one holds."""
