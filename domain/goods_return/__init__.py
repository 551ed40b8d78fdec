"""Goods that come back: asked for, sent, received, inspected, and settled."""
