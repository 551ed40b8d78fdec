"""What every command about a return shares: visibility, and the update of its process."""

from typing import Any
from uuid import UUID

from db.database import Transaction
from db.goods_return import reads, submission
from db.goods_return.reads import GoodsReturnRow
from db.query import Query
from domain.goods_return.carriage import (
    CARRIAGE_ACTIONS,
    CarriageStatus,
    carriage_takes,
    is_paid_back,
)
from domain.goods_return.goods_return import (
    ENDED,
    GoodsReturnAction,
    GoodsReturnRefusal,
    GoodsReturnStatus,
    Ground,
    ReturnWay,
    takes,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.case_command import CaseCommand
from starter.commands.refusal import Noun, conflict
from starter.commands.services import Services
from workflows.goods_return import GoodsReturnWorkflow

RETURNS = CaseClient(Noun.GOODS_RETURN, reads.head, reads.decision, reads.result_in)


def carriage_of(row: GoodsReturnRow) -> frozenset[GoodsReturnAction]:
    """What may be done about the carriage of a return, wherever it is."""
    known = None if row.carriage_status is None else CarriageStatus(row.carriage_status)
    return carriage_takes(Ground(row.ground), ReturnWay(row.way), known)


async def found(services: Services, caller: Caller, return_id: str) -> GoodsReturnRow:
    """A return that the caller may see."""
    (rows,) = await services.database.read(reads.head(return_id))
    return require_visible(caller, rows)


class ReturnCommand(CaseCommand[GoodsReturnRow, GoodsReturnAction]):
    """A command to one return."""

    cases = RETURNS
    workflow = GoodsReturnWorkflow

    def _head(self) -> Query[GoodsReturnRow]:
        return reads.head(self.case_id)

    def _require_allowed(self, row: GoodsReturnRow, action: GoodsReturnAction) -> None:
        """Refuses what a return does not take in its status."""
        status = GoodsReturnStatus(row.status)
        if status in ENDED:
            raise conflict(GoodsReturnRefusal.CLOSED)
        if not takes(status, action):
            raise conflict(GoodsReturnRefusal.NOT_ALLOWED)
        if action not in CARRIAGE_ACTIONS:
            return
        if not is_paid_back(Ground(row.ground), ReturnWay(row.way)):
            raise conflict(GoodsReturnRefusal.CARRIAGE_NOT_OURS)
        if action not in carriage_of(row):
            raise conflict(GoodsReturnRefusal.CARRIAGE_DECIDED)

    def _put_decision(
        self,
        transaction: Transaction,
        decision_id: UUID,
        row: GoodsReturnRow,
        columns: dict[str, Any],
    ) -> None:
        submission.put_decision(transaction, decision_id, return_id=row.id, **columns)
