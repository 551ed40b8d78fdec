"""The steps of a payment by card."""
