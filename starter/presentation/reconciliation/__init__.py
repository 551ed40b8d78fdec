"""The books as callers see them."""
