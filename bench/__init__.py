"""Measurements of a refund, beside work that does nothing and work done naively."""
