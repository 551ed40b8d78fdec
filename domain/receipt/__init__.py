"""Fiscal receipts (54-ФЗ): what each holds and how it stands."""
