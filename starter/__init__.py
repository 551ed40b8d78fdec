"""Whoever may start, ask or signal a case: commands, the HTTP API and the command line."""
