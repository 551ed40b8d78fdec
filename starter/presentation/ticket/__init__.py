"""Support tickets, as callers see them."""
