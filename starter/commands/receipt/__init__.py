"""The commands about fiscal receipts."""
