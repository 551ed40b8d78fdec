"""What every command about a dispute shares: visibility, and the update of its process."""

from typing import Any
from uuid import UUID

from db.database import Transaction
from db.dispute import reads, submission
from db.dispute.reads import DisputeRow
from db.query import Query
from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.dispute.dispute import (
    DISPUTE_ACTIONS,
    ENDED_DISPUTES,
    DisputeAction,
    DisputeRefusal,
    DisputeStatus,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.case_command import CaseCommand
from starter.commands.refusal import Noun, StatusText, conflict
from starter.commands.services import Services
from workflows.dispute import DisputeWorkflow

DISPUTES = CaseClient(Noun.DISPUTE, reads.head, reads.decision, reads.result_in)


async def found(services: Services, caller: Caller, dispute_id: str) -> DisputeRow:
    """A dispute that the caller may see."""
    (rows,) = await services.database.read(reads.head(dispute_id))
    return require_visible(caller, rows)


class DisputeCommand(CaseCommand[DisputeRow, DisputeAction]):
    """A command to one dispute."""

    cases = DISPUTES
    workflow = DisputeWorkflow

    def _head(self) -> Query[DisputeRow]:
        return reads.head(self.case_id)

    def _require_allowed(self, row: DisputeRow, action: DisputeAction) -> None:
        """Refuses what the dispute does not take in its status."""
        status = DisputeStatus(row.status)
        if action in DISPUTE_ACTIONS[status]:
            return
        if status in ENDED_DISPUTES:
            raise conflict(DisputeRefusal.CLOSED)
        raise conflict(NOT_ALLOWED_IN_STATUS, status=StatusText(Noun.DISPUTE, status))

    def _put_decision(
        self, transaction: Transaction, decision_id: UUID, row: DisputeRow, columns: dict[str, Any]
    ) -> None:
        seen = {"seen_handed_in": row.handed_in}
        submission.put_decision(transaction, decision_id, dispute_id=row.id, **{**seen, **columns})
