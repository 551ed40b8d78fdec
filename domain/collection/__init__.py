"""Unpaid orders: the case that has an overdue invoice paid."""
