"""Terms of subscriptions as a refund sees them: which one an invoice sold, and that it ends."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select, update

from db.database import Query, Transaction
from db.tables import invoice_lines, renewals, terms
from domain.invoice import ProductKind

_OF_INVOICE = (
    select(
        terms.c.id,
        terms.c.starts_on,
        terms.c.ends_on,
        terms.c.stopped_on,
        invoice_lines.c.line_no,
        renewals.c.id.label("renewal_id"),
    )
    .join(invoice_lines, invoice_lines.c.invoice_number == terms.c.invoice_number)
    .outerjoin(renewals, renewals.c.term_id == terms.c.id)
    .where(
        terms.c.invoice_number == bindparam("invoice_number"),
        terms.c.withdrawn_at.is_(None),
        invoice_lines.c.kind == ProductKind.SUBSCRIPTION,
    )
    .order_by(invoice_lines.c.line_no)
)
_STOP = update(terms).where(terms.c.id == bindparam("term_id"))


def terms_of_invoice(invoice_number: str) -> Query:
    """The term that an invoice sold, once for each of its lines that sells a subscription, with the
    case that watches the term.
    """
    return _OF_INVOICE, {"invoice_number": invoice_number}


def stop_term(transaction: Transaction, term_id: UUID, day: date) -> None:
    """Ends a term: `day` is the first one that is no longer used."""
    transaction.write(_STOP, term_id=term_id, stopped_on=day)
