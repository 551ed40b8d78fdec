"""The queries of fiscal receipts."""
