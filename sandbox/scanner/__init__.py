"""A scanner of files that speaks clamd's protocol, with faults on request."""
