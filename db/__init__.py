"""Every table, every query, the migrations and the business invariants."""
