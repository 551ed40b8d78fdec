"""The payout: money leaves once."""
