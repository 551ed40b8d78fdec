"""What the database announces when something that pages show has changed.

The triggers stand in 0024_live.sql and 0037_reference_history.sql.
"""

from dataclasses import dataclass
from enum import StrEnum

CHANNEL = "changes"
NOBODY = "."
"""Whose a change is that belongs to no client."""


class Changed(StrEnum):
    """The kinds of things whose change is announced."""

    REFUND = "refund"
    RENEWAL = "renewal"
    INVOICE = "invoice"
    """Its payments too, those by card as they go on."""
    INBOX = "inbox"
    """A message came or was read; the subject is the role that it is to."""
    TICKET = "ticket"
    GOODS_RETURN = "goods_return"
    COLLECTION = "collection"
    DISPUTE = "dispute"
    """Its papers too, once they have been scanned."""
    INCIDENT = "incident"
    """It was announced, or closed."""
    TELEGRAM = "telegram"
    """A client's accounts there, or its switch; the subject is the client."""
    RUN = "run"
    """Its orders and their payouts too."""
    RECEIPT = "receipt"
    DIFFERENCE = "difference"
    """It was found, or decided about."""
    BANK_STATEMENT = "bank_statement"
    """Its file is read, or its entries are matched."""
    SESSION = "session"
    """It was ended; the subject is its token's SHA-256 in hexadecimal digits."""


@dataclass(frozen=True)
class Announcement:
    """A change: of what, by its id, and of which client's, if it is a client's."""

    kind: Changed
    subject: str
    client_id: str | None


def announcement_in(payload: str) -> Announcement:
    """Raises ValueError for a payload that no trigger of ours writes."""
    kind, subject, client_id = payload.split(" ")
    return Announcement(Changed(kind), subject, None if client_id == NOBODY else client_id)
