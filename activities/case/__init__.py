"""The steps that every kind of case shares."""
