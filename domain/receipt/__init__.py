"""Fiscal receipts (54-ФЗ): their content and their statuses."""
