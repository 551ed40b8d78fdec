"""The key rate and calculations by the law over HTTP."""
