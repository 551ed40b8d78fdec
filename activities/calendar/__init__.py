"""The steps of a calendar change."""
