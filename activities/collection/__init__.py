"""The steps of an unpaid order's case."""
