"""Returns of goods as callers see them."""
