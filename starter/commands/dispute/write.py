"""What people write in a dispute: messages with papers, an objection, an answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from db.database import ConstraintBroken, Transaction
from db.dispute import evidence, submission
from db.dispute.evidence import EvidenceRow
from db.dispute.reads import DisputeRow
from domain.calendar.bank_calendar import moscow_date
from domain.dispute.dispute import DisputeAction
from domain.dispute.evidence import (
    MAX_EVIDENCE,
    MAX_WITH_CLIENTS,
    EvidenceKind,
    EvidenceSource,
    Visibility,
)
from starter.caller import Caller
from starter.commands.case_command import case_command
from starter.commands.dispute.case import DisputeCommand
from starter.commands.file.attach import attachable, hold
from starter.commands.refusal import FieldError, conflict, invalid
from starter.commands.services import Services

SUPERSEDED_ONCE = "dispute_evidence_supersedes_key"
"""The rule that one paper takes the place of another, be its message taken or not."""


@dataclass(frozen=True)
class Paper:
    """A file that was handed in, with what it is, about what, and of which day.

    `supersedes` is an earlier paper of its kind; `visibility` and another `source` are for ours.
    """

    file_id: UUID
    kind: EvidenceKind
    about: str
    made_on: date | None = None
    note: str | None = None
    supersedes: UUID | None = None
    visibility: Visibility = Visibility.BOTH
    source: EvidenceSource | None = None


@case_command(DisputeCommand)
async def reply_to_dispute(
    dispute: DisputeCommand, text: str, papers: Sequence[Paper] = ()
) -> DisputeRow:
    """The client writes; that stops what was announced."""
    return await _written(dispute, DisputeAction.REPLY, text, papers)


@case_command(DisputeCommand)
async def submit_dispute(
    dispute: DisputeCommand, text: str, papers: Sequence[Paper] = ()
) -> DisputeRow:
    """The client hands in the last papers: our clock runs again."""
    return await _written(dispute, DisputeAction.SUBMIT, text, papers)


@case_command(DisputeCommand)
async def appeal_dispute(
    dispute: DisputeCommand, text: str, papers: Sequence[Paper] = ()
) -> DisputeRow:
    """The client objects to a rejection; another person decides."""
    return await _written(dispute, DisputeAction.APPEAL, text, papers)


@case_command(DisputeCommand)
async def answer_dispute(
    dispute: DisputeCommand, text: str, papers: Sequence[Paper] = ()
) -> DisputeRow:
    """We write; papers may be for ours alone."""
    return await _written(dispute, DisputeAction.ANSWER, text, papers)


@case_command(DisputeCommand)
async def hasten_dispute(dispute: DisputeCommand) -> DisputeRow:
    """«Ускорить»: once a stage."""
    return await dispute.alone(DisputeAction.HASTEN)


@case_command(DisputeCommand)
async def withdraw_dispute(dispute: DisputeCommand) -> DisputeRow:
    """The client takes the dispute back."""
    return await dispute.alone(DisputeAction.WITHDRAW)


async def _written(
    dispute: DisputeCommand, action: DisputeAction, text: str, papers: Sequence[Paper]
) -> DisputeRow:
    """Stores a message with its papers and sends it to its dispute; one that was taken is answered
    as it is.
    """
    message_id = uuid5(dispute.command_id, "message")
    row, is_taken = await dispute.known_or_allowed(action, message_id)
    if is_taken:
        return row
    services, caller = dispute.services, dispute.caller
    await _check_papers(services, caller, row.id, papers)
    is_ours = action is DisputeAction.ANSWER
    try:
        await _store(services, caller, message_id, row.id, text, papers, is_ours=is_ours)
    except ConstraintBroken as broken:
        if broken.constraint != SUPERSEDED_ONCE:
            raise
        raise invalid(FieldError("dispute_paper_unknown", "/papers")) from None
    return await dispute.sent(action, message_id)


async def _store(
    services: Services,
    caller: Caller,
    message_id: UUID,
    dispute_id: str,
    text: str,
    papers: Sequence[Paper],
    *,
    is_ours: bool,
) -> None:
    now = datetime.now(UTC)
    async with services.database.transaction() as transaction:
        await hold(transaction, [paper.file_id for paper in papers])
        submission.put_message(
            transaction,
            message_id,
            dispute_id=dispute_id,
            is_ours=is_ours,
            text=text,
            written_by=caller.login,
            written_at=now,
        )
        _put_papers(transaction, caller, dispute_id, message_id, papers, now)


async def _check_papers(
    services: Services, caller: Caller, dispute_id: str, papers: Sequence[Paper]
) -> None:
    if not papers:
        return
    await attachable(services.database, caller, [paper.file_id for paper in papers])
    (known,) = await services.database.read(evidence.of(dispute_id, MAX_EVIDENCE))
    at_most = MAX_EVIDENCE if caller.client_id is None else MAX_WITH_CLIENTS
    if len(known) + len(papers) > at_most:
        raise conflict("dispute_papers_too_many", at_most=at_most)
    today = moscow_date(datetime.now(UTC))
    for number, paper in enumerate(papers):
        if paper.made_on is not None and paper.made_on > today:
            raise invalid(FieldError("dispute_day_ahead", f"/papers/{number}/made_on"))
        if paper.supersedes is not None and not _may_supersede(paper, known, caller):
            raise invalid(FieldError("dispute_paper_unknown", f"/papers/{number}/supersedes"))


def _may_supersede(paper: Paper, known: Collection[EvidenceRow], caller: Caller) -> bool:
    """Whether there is such a paper of its kind that nothing supersedes; a client's may only take
    the place of a client's own.
    """
    taken = {one.supersedes for one in known}
    return any(
        one.id == paper.supersedes
        and one.kind == paper.kind
        and one.id not in taken
        and (caller.client_id is None or one.source == EvidenceSource.CLIENT)
        for one in known
    )


def _put_papers(
    transaction: Transaction,
    caller: Caller,
    dispute_id: str,
    message_id: UUID,
    papers: Sequence[Paper],
    now: datetime,
) -> None:
    is_ours = caller.client_id is None
    evidence.put(
        transaction,
        [
            {
                "id": uuid5(message_id, f"paper-{number}"),
                "dispute_id": dispute_id,
                "message_id": message_id,
                "kind": paper.kind.value,
                "source": _source(paper, is_ours=is_ours),
                "about": paper.about,
                "made_on": paper.made_on or moscow_date(now),
                "file_id": paper.file_id,
                "visibility": paper.visibility if is_ours else Visibility.BOTH,
                "note": paper.note,
                "supersedes": paper.supersedes,
                "added_by": caller.login,
                "added_at": now,
            }
            for number, paper in enumerate(papers)
        ],
    )


def _source(paper: Paper, *, is_ours: bool) -> Any:
    if not is_ours:
        return EvidenceSource.CLIENT.value
    return (paper.source or EvidenceSource.STAFF).value
