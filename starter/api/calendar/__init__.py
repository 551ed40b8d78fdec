"""The bank calendar over HTTP."""
