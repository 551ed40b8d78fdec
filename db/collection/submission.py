"""What people say of an unpaid order: decisions with the courts they name, and contacts."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.tables import collection_contacts, collection_courts, collection_decisions

_DECIDE = insert(collection_decisions).on_conflict_do_nothing()
_COURT = insert(collection_courts).on_conflict_do_nothing()
_CONTACT = insert(collection_contacts).on_conflict_do_nothing()


def put_decision(transaction: Transaction, decision_id: UUID, **columns: Any) -> None:
    """Stores a decision once."""
    transaction.write(_DECIDE, id=decision_id, **columns)


def put_court(transaction: Transaction, decision_id: UUID, **columns: Any) -> None:
    """Stores the court that a decision names, once."""
    transaction.write(_COURT, decision_id=decision_id, **columns)


def put_contact(transaction: Transaction, contact_id: UUID, **columns: Any) -> None:
    """Stores a contact once."""
    transaction.write(_CONTACT, id=contact_id, **columns)
