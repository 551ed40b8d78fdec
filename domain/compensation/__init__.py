"""Interest, penalties, court fees and legal deadlines, computed by dated rules."""
