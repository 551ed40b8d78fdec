"""Dossiers over HTTP: made, listed, given out, and the keys that they are signed with."""
