"""The steps of requests for a higher limit."""
