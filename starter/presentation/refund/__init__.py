"""The refund as callers see it."""
