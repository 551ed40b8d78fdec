"""The queries of payouts."""
