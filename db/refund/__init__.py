"""The tables and queries of refunds."""
