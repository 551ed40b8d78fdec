"""The steps of a support ticket."""
