"""Dossiers: made of what is known of a dispute or an unpaid order."""
