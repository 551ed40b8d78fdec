"""Payouts: money is paid out once."""
