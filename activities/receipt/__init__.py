"""The steps of fiscal receipts."""
