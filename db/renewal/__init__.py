"""The tables and queries of renewals."""
