"""The dossier of a dispute: one archive that a court, a bank or the other side can check."""
