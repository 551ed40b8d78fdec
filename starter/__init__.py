"""Who may start, ask or tell a case: the HTTP API and the command line."""
