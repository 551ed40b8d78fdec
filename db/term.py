"""Terms of subscriptions as a refund sees them: which one an invoice sold, and that it ends."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update

from db.database import Query, Transaction
from db.tables import renewals, terms
from domain.renewal import RenewalStatus
from domain.term import StopReason

_stands = (
    terms.c.invoice_number == bindparam("invoice_number"),
    terms.c.withdrawn_at.is_(None),
    terms.c.stop_reason.is_distinct_from(StopReason.UNPAID.value),
)
_OF_INVOICE = select(terms).where(*_stands).with_for_update(key_share=True)
_term_id = select(terms.c.id).where(*_stands).scalar_subquery()
# A case that has sold the term watches for its first day until it has begun; then the term has one
# of its own.
_CASE = select(renewals.c.id, renewals.c.term_id).where(
    or_(
        renewals.c.term_id == _term_id,
        (renewals.c.next_term_id == _term_id) & (renewals.c.status == RenewalStatus.PAID.value),
    )
)
_END = update(terms).where(terms.c.id == bindparam("ended_id"))


def term_of_invoice(invoice_number: str) -> tuple[Query, Query]:
    """The term that an invoice sold, locked, and then the case that it is of: the one that watches
    it (`term_id` is the term's), or the one that waits for it to begin.
    """
    key = {"invoice_number": invoice_number}
    return (_OF_INVOICE, key), (_CASE, key)


def stop_term(transaction: Transaction, term_id: UUID, day: date) -> None:
    """Ends a term by a refund: `day` is the first one that is no longer served."""
    transaction.write(_END, ended_id=term_id, stopped_on=day, stop_reason=StopReason.REFUNDED)


def withdraw_term(transaction: Transaction, term_id: UUID, at: datetime) -> None:
    """Takes back a term that has not begun: its money was taken back, or refunded."""
    transaction.write(_END, ended_id=term_id, withdrawn_at=at)
