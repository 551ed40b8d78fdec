"""Decisions on differences with the acquirer's list over HTTP."""
