"""What every command about an unpaid order shares: visibility, and the update of its process."""

from datetime import date
from typing import Any
from uuid import UUID

from db.billing.invoice import InvoiceRow
from db.collection import loading, reads, submission
from db.collection.reads import CollectionRow
from db.database import Transaction
from db.query import Query
from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.collection.collection import (
    COLLECTION_ACTIONS,
    ENDS,
    CollectionAction,
    CollectionRefusal,
    CollectionStatus,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.case_command import CaseCommand
from starter.commands.refusal import Noun, StatusText, conflict
from starter.commands.services import Services
from workflows.collection import CollectionWorkflow

COLLECTIONS = CaseClient(Noun.COLLECTION, reads.head, reads.decision, loading.result_in)


async def found(services: Services, caller: Caller, collection_id: str) -> CollectionRow:
    """A case that the caller may see."""
    (rows,) = await services.database.read(reads.head(collection_id))
    return require_visible(caller, rows)


def debt_of(row: CollectionRow) -> int:
    """What is still to be paid, in kopecks; nought of a void invoice."""
    return 0 if row.voided_at is not None else max(0, row.total_kopecks - row.paid_kopecks)


class CollectionCommand(CaseCommand[CollectionRow, CollectionAction]):
    """A command to the case of one unpaid order."""

    cases = COLLECTIONS
    workflow = CollectionWorkflow

    def _head(self) -> Query[CollectionRow]:
        return reads.head(self.case_id)

    def _require_allowed(self, row: CollectionRow, action: CollectionAction) -> None:
        """Refuses what the case does not take in its status."""
        status = CollectionStatus(row.status)
        if action in COLLECTION_ACTIONS[status]:
            return
        if status is CollectionStatus.PAID:
            raise conflict(CollectionRefusal.PAID)
        if status in ENDS:
            raise conflict(CollectionRefusal.ENDED)
        raise conflict(NOT_ALLOWED_IN_STATUS, status=StatusText(Noun.COLLECTION, status))

    def _put_decision(
        self,
        transaction: Transaction,
        decision_id: UUID,
        row: CollectionRow,
        columns: dict[str, Any],
    ) -> None:
        submission.put_decision(transaction, decision_id, collection_id=row.id, **columns)


def is_overdue(row: InvoiceRow, today: date) -> bool:
    """Whether an invoice is due, unpaid and not void."""
    is_due = row.due_on is not None and row.due_on < today
    return is_due and row.voided_at is None and row.paid_kopecks < row.total_kopecks
