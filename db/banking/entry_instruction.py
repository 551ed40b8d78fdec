"""People's instructions about bank entries: append-only submissions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.facts import Reading, every, only
from db.query import row, typed
from db.tables import allocations, entry_instructions
from domain.banking.incoming_money import InstructionKind
from domain.banking.matching import Share
from domain.banking.transitions import Instruction


@row
class InstructionRow:
    """A person's instruction about an entry, as it was written."""

    id: UUID
    entry_id: UUID
    kind: str
    shares: list[dict[str, Any]]
    remembers_payer: bool
    reason: str
    written_by: str
    written_at: datetime
    besides: list[str]


@row
class AllocationId:
    """The id of an allocation."""

    id: UUID


_PUT = insert(entry_instructions).on_conflict_do_nothing()
_ONE = typed(
    InstructionRow,
    select(entry_instructions).where(entry_instructions.c.id == bindparam("instruction_id")),
)
_CARRIED_OUT = typed(
    AllocationId,
    select(allocations.c.id).where(
        (allocations.c.instruction_id == bindparam("instruction_id"))
        | (allocations.c.undoing_id == bindparam("instruction_id"))
    ),
)


def put(
    transaction: Transaction,
    instruction_id: UUID,
    entry_id: UUID,
    kind: InstructionKind,
    *,
    shares: Sequence[Share] = (),
    remembers_payer: bool = False,
    besides: Sequence[str] = (),
    reason: str,
    by: str,
    at: datetime,
) -> None:
    """Stores a person's instruction; a repeat changes nothing."""
    transaction.write(
        _PUT,
        id=instruction_id,
        entry_id=entry_id,
        kind=kind,
        shares=[
            {"invoice_number": one.invoice_number, "amount_kopecks": one.amount_kopecks}
            for one in shares
        ],
        remembers_payer=remembers_payer,
        besides=list(besides),
        reason=reason,
        written_by=by,
        written_at=at,
    )


def one(instruction_id: UUID) -> Reading[Instruction]:
    """A person's instruction."""
    return only(_ONE(instruction_id=instruction_id)).to(_instruction_from)


def is_carried_out(instruction_id: UUID) -> Reading[bool]:
    """Whether an instruction has made or undone allocations."""
    return every(_CARRIED_OUT(instruction_id=instruction_id)).to(bool)


def _instruction_from(row: InstructionRow) -> Instruction:
    return Instruction(
        id=row.id,
        kind=InstructionKind(row.kind),
        shares=tuple(Share(**one) for one in row.shares),
        remembers_payer=row.remembers_payer,
        besides=frozenset(row.besides),
        by=row.written_by,
        reason=row.reason,
    )
