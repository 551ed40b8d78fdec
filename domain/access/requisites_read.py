"""Reads of a client's requisites: who sees them whole, and where each read is recorded as."""

from enum import StrEnum
from typing import Final

from domain.access.roles import Role

RECORDED: Final = frozenset({Role.SPECIALIST, Role.ACCOUNTANT})
"""Roles of ours that work with requisites; the other staff see them masked."""


class ShownAs(StrEnum):
    """What showed the requisites."""

    CASE = "case"
    STATEMENT = "statement"
    SCAN = "scan"
    PAYMENT_RUN = "payment_run"
    PAYMENT_ORDER = "payment_order"
    RUN_FILE = "run_file"
    BANK_ENTRY = "bank_entry"
    DOSSIER = "dossier"
