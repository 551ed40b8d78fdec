"""The refund: statuses, calculation, statement, policy."""
