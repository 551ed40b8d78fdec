"""What a case that may be behind its row is asked and found by."""

RECHECK = "recheck"
"""The signal that makes a case read its row again; it carries no data."""
CASE_CHANGES = "CaseChanges"
"""The search attribute with the number of the last change that a case knows of."""
