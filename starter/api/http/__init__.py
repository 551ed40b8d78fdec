"""What every route shares: callers, access, idempotency, problems, paging."""
