"""The case of an unpaid order, as a caller sees it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from db.collection.leaving import NotSentRow
from db.collection.letters import LetterLineRow, LetterRow
from db.collection.reads import ChangeRow, CollectionRow, ContactRow, CourtRow, LookRow
from domain.access.roles import Role
from domain.billing.payment_check import AcquirerAnswer
from domain.collection.collection import (
    COLLECTION_ACTIONS,
    CollectionAction,
    CollectionStatus,
    CourtKind,
    Reason,
)
from domain.collection.leaving import NotSent
from domain.collection.policy import Tone
from starter.access import roles_of
from starter.caller import Caller
from starter.commands.collection.case import debt_of
from starter.commands.collection.contact import ContactChannel
from starter.presentation.models import Roubles, Shown
from texts import Language
from texts.status import status_title


class CollectionShown(Shown):
    """A case; `debt` is what is still to be paid. Who proposed to write it off is shown to staff
    only.
    """

    id: str
    invoice_number: str
    client_id: str
    client_name: str
    status: CollectionStatus
    title: str
    issued_on: date
    due_on: date
    limitation_on: date = Field(description="The last day to sue.")
    total: Roubles
    paid: Roubles
    debt: Roubles
    answer: Reason | None = Field(description="The reason that the client gave last.")
    answered_at: datetime | None
    promised_on: date | None
    claim_sent_on: date | None
    write_off_by: str | None
    written_off_by: str | None
    actions: Sequence[CollectionAction]
    waiting_for: Role | None
    wait_until: datetime | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


class ChangeShown(Shown):
    """A change of the case; `action` is what a person did, if a person did it: a client reads what
    its own people did.
    """

    number: int
    to_status: CollectionStatus
    title: str
    at: datetime
    by: str
    action: CollectionAction | None
    answer: Reason | None
    day: date | None
    reason: str | None


class LookShown(Shown):
    """What was asked and found before a change."""

    number: int
    at: datetime
    acquirer: AcquirerAnswer
    entries: int
    paid: Roubles


class CourtShown(Shown):
    """A court that was asked, with its fee."""

    kind: CourtKind
    court: str
    number: str
    filed_on: date | None
    claim: Roubles
    fee: Roubles
    fee_rule: str


class NotSentShown(Shown):
    """A letter that was written and did not ask for this debt, because of `reason`."""

    letter_id: UUID
    tone: Tone
    day: date
    at: datetime
    reason: NotSent


class CollectionInFull(CollectionShown):
    """A case with its history, its looks, its courts, and letters that were not sent, for staff."""

    timeline: Sequence[ChangeShown]
    looks: Sequence[LookShown]
    courts: Sequence[CourtShown]
    not_sent: Sequence[NotSentShown]


class LetterLineShown(Shown):
    """What a letter said of one debt."""

    collection_id: str
    invoice_number: str
    issued_on: date
    due_on: date
    debt: Roubles
    days_late: int
    is_claimed: bool
    interest: Roubles | None = Field(description="None: the key rate of a day was not known.")
    a_day: Roubles | None = Field(description="Interest of one more day.")


class LetterShown(Shown):
    """A letter to the client about everything that it owed on a day."""

    id: UUID
    day: date
    tone: Tone
    written_at: datetime
    is_queued: bool = Field(description="It has not left yet; a client reads none of these.")
    lines: Sequence[LetterLineShown]


class ContactShown(Shown):
    """A contact that staff had with the client."""

    id: UUID
    channel: ContactChannel
    day: date
    note: str
    written_by: str
    written_at: datetime


def collection_shown(row: CollectionRow, caller: Caller, language: Language) -> CollectionShown:
    """A case as its client or as staff read it."""
    return CollectionShown(**_head(row, caller, language))


def collection_in_full(
    row: CollectionRow,
    history: Sequence[ChangeRow],
    looks: Sequence[LookRow],
    courts: Sequence[CourtRow],
    not_sent: Sequence[NotSentRow],
    caller: Caller,
    language: Language,
) -> CollectionInFull:
    """A case with everything that was done; a client reads no names, no reasons of ours, and of no
    letters that it did not get.
    """
    is_client = caller.role is Role.CLIENT
    return CollectionInFull(
        **_head(row, caller, language),
        timeline=[_change(one, caller, language) for one in history],
        looks=[] if is_client else [_look(one) for one in looks],
        courts=[_court(one) for one in courts],
        not_sent=[] if is_client else [_not_sent(one) for one in not_sent],
    )


def _not_sent(row: NotSentRow) -> NotSentShown:
    return NotSentShown(
        letter_id=row.letter_id,
        tone=Tone(row.tone),
        day=row.day,
        at=row.at,
        reason=NotSent(row.reason),
    )


def letter_shown(row: LetterRow, lines: Sequence[LetterLineRow]) -> LetterShown:
    """A letter with what it said of each debt."""
    return LetterShown(
        id=row.id,
        day=row.day,
        tone=Tone(row.tone),
        written_at=row.written_at,
        is_queued=row.is_queued,
        lines=[_line(one) for one in lines if one.letter_id == row.id],
    )


def contact_shown(row: ContactRow) -> ContactShown:
    """A contact as staff read it."""
    return ContactShown(
        id=row.id,
        channel=ContactChannel(row.channel),
        day=row.day,
        note=row.note,
        written_by=row.written_by,
        written_at=row.written_at,
    )


def actions_of(row: CollectionRow, role: Role) -> list[CollectionAction]:
    """What a role may do with a case now."""
    allowed = COLLECTION_ACTIONS[CollectionStatus(row.status)]
    may = [one for one in CollectionAction if one in allowed and role in roles_of(one)]
    proposed = row.write_off_by is not None
    wrong = {
        CollectionAction.PROPOSE_WRITE_OFF: proposed,
        CollectionAction.CONFIRM_WRITE_OFF: not proposed,
        CollectionAction.DECLINE_WRITE_OFF: not proposed,
        CollectionAction.SEND_CLAIM: row.claim_sent_on is not None,
    }
    return [one for one in may if not wrong.get(one, False)]


def _head(row: CollectionRow, caller: Caller, language: Language) -> dict[str, Any]:
    is_client = caller.role is Role.CLIENT
    return {
        "id": row.id,
        "invoice_number": row.invoice_number,
        "client_id": row.client_id,
        "client_name": row.client_name,
        "status": row.status,
        "title": status_title("collection", row.status, language, caller.role),
        "issued_on": row.issued_on,
        "due_on": row.due_on,
        "limitation_on": row.limitation_on,
        "total": row.total_kopecks,
        "paid": row.paid_kopecks,
        "debt": debt_of(row),
        "answer": row.answer,
        "answered_at": row.answered_at,
        "promised_on": row.promised_on,
        "claim_sent_on": row.claim_sent_on,
        "write_off_by": None if is_client else row.write_off_by,
        "written_off_by": None if is_client else row.written_off_by,
        "actions": actions_of(row, caller.role),
        "waiting_for": row.waiting_for,
        "wait_until": row.wait_until,
        "opened_at": row.opened_at,
        "changed_at": row.changed_at,
        "closed_at": row.closed_at,
    }


def _change(row: ChangeRow, caller: Caller, language: Language) -> ChangeShown:
    is_client = caller.role is Role.CLIENT
    action = None if row.action is None else CollectionAction(row.action)
    if is_client and action is not None and Role.CLIENT not in roles_of(action):
        action = None
    return ChangeShown(
        number=row.number,
        to_status=CollectionStatus(row.to_status),
        title=status_title("collection", row.to_status, language, caller.role),
        at=row.at,
        by="" if is_client else row.by,
        action=action,
        answer=None if row.answer is None else Reason(row.answer),
        day=row.day,
        reason=None if is_client else row.reason,
    )


def _look(row: LookRow) -> LookShown:
    return LookShown(
        number=row.number,
        at=row.at,
        acquirer=AcquirerAnswer(row.acquirer),
        entries=row.entries,
        paid=row.paid_kopecks,
    )


def _court(row: CourtRow) -> CourtShown:
    return CourtShown(
        kind=CourtKind(row.kind),
        court=row.court,
        number=row.number,
        filed_on=row.filed_on,
        claim=row.claim_kopecks,
        fee=row.fee_kopecks,
        fee_rule=row.fee_rule,
    )


def _line(row: LetterLineRow) -> LetterLineShown:
    return LetterLineShown(
        collection_id=row.collection_id,
        invoice_number=row.invoice_number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        debt=row.debt_kopecks,
        days_late=row.days_late,
        is_claimed=row.is_claimed,
        interest=row.interest_kopecks,
        a_day=row.a_day_kopecks,
    )
