"""The same refund on DBOS, which keeps the state of workflows in PostgreSQL and needs no server."""
