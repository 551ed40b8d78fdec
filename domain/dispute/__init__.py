"""Disputes: what a client says is wrong with an order, who decides, and what is done of it."""
