"""The renewal as callers see it."""
