"""The steps of a payout."""
