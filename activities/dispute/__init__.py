"""The steps of a dispute."""
