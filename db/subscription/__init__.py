"""The tables and queries of subscriptions."""
