"""What a person decides about an entry that found no payout by itself."""

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import Field, model_validator
from temporalio.service import RPCError

from activities.banking.signal_payouts import (
    PayoutNotListening,
    RefundNotListening,
    signal_payout,
    signal_return,
)
from db.banking import bank_entry
from db.database import ConstraintBroken, Database, Row
from db.payout import payout
from domain.banking.bank_reason import reason_in
from domain.banking.bank_statement import EntryDirection
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.payout.payout import Answer, Channel, PayoutRequest, PayoutReturn, PayoutStatus
from starter.api.banking.entry import EntryPath, EntryShown, read_bank_entry
from starter.api.http.models import Body, Lax, Note, refused
from starter.api.http.problems import Problem
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.commands.cases import DEADLINE_SECONDS, Cases
from starter.commands.refusal import FieldError, invalid, not_found, unavailable

CASE_PATTERN = r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$"
MAX_ATTEMPT = 1_000

routes = router("bank statements")


class DecidedAs(StrEnum):
    """What an entry is, by a person's word."""

    PAYOUT = "payout"
    RETURN = "return"
    IGNORED = "ignored"


_DIRECTION = {DecidedAs.PAYOUT: EntryDirection.OUT, DecidedAs.RETURN: EntryDirection.IN}
_SETTLES = (PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN, PayoutStatus.PAID)
_OPEN_TO = {DecidedAs.PAYOUT: _SETTLES, DecidedAs.RETURN: (PayoutStatus.PAID,)}


class DecisionBody(Body):
    """A payout attempt for `payout` and `return`; nothing but the reason for `ignored`."""

    decided_as: Annotated[DecidedAs, Lax] = Field(alias="as", examples=["payout"])
    case_id: str | None = Field(None, pattern=CASE_PATTERN, examples=["refund-2026-000117-1"])
    attempt: int | None = Field(None, ge=1, le=MAX_ATTEMPT)
    reason: Note

    @model_validator(mode="after")
    def _names_a_payout(self) -> "DecisionBody":
        named = (self.case_id is not None, self.attempt is not None)
        wanted = self.decided_as is not DecidedAs.IGNORED
        if named != (wanted, wanted):
            raise refused("decision_names_no_payout")
        return self

    @property
    def payout(self) -> PayoutRequest | None:
        """The attempt that it names."""
        if self.case_id is None or self.attempt is None:
            return None
        return PayoutRequest(self.case_id, self.attempt)


@routes.post("/v1/bank-entries/{entry_id}/decision", summary="Say what an entry is")
async def decide_bank_entry(
    entry_id: EntryPath,
    body: DecisionBody,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    language: LanguageDep,
    _command_id: CommandId,
) -> EntryShown:
    """A person's word is never overwritten by an import; a matched entry stays matched.

    The payout hears it first, and only then is the entry matched: a repeat does no harm.
    """
    entry = await _entry(database, entry_id)
    if not _is_repeat(entry, body, caller.login):
        _require_open(entry)
        if body.payout is not None:
            await _tell(cases, database, entry, body, body.payout)
        await _store(database, entry, body, caller.login)
    return await read_bank_entry(entry_id, database, caller, language)


async def _entry(database: Database, entry_id: Any) -> Row:
    (rows,) = await database.read(bank_entry.one(entry_id))
    if not rows:
        raise not_found()
    return rows[0]


def _is_repeat(entry: Row, body: DecisionBody, login: str) -> bool:
    """Whether this person has decided the same already."""
    said = (entry.decided_by, entry.reason, entry.matched_as or entry.status)
    key = (entry.matched_case, entry.matched_attempt)
    return said == (login, body.reason, body.decided_as) and key == (body.case_id, body.attempt)


def _require_open(entry: Row) -> None:
    if entry.status == EntryStatus.MATCHED:
        raise Problem("bank_entry_matched", HTTPStatus.CONFLICT)


async def _tell(
    cases: Cases, database: Database, entry: Row, body: DecisionBody, key: PayoutRequest
) -> None:
    row = await payout.find(database, key)
    if row is None or row.channel != Channel.BANK:
        raise invalid(FieldError("payout_unknown", "/case_id"))
    if entry.direction != _DIRECTION[body.decided_as]:
        raise invalid(FieldError("bank_entry_direction", "/as"))
    if entry.amount_kopecks != row.amount_kopecks:
        raise Problem("bank_entry_amount", HTTPStatus.CONFLICT)
    if row.status not in _OPEN_TO[body.decided_as]:
        raise Problem("payout_settled_otherwise", HTTPStatus.CONFLICT)
    client = await cases.client()
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            if body.decided_as is DecidedAs.PAYOUT:
                answer = Answer(PayoutStatus.PAID, settled_on=entry.day)
                await signal_payout(client, database, key, answer)
            else:
                returned = PayoutReturn(key.attempt, reason_in(entry.purpose))
                await signal_return(client, database, cases.task_queue, key.case_id, returned)
    except (PayoutNotListening, RefundNotListening):
        raise unavailable("payout_not_listening") from None
    except (RPCError, TimeoutError):
        raise unavailable("temporal_unavailable") from None


async def _store(database: Database, entry: Row, body: DecisionBody, login: str) -> None:
    now = datetime.now(UTC)
    columns = bank_entry.ignored_columns(login, now, body.reason)
    if body.payout is not None:
        matched_as = MatchedAs(body.decided_as.value)
        columns = bank_entry.matched_columns(body.payout, matched_as, login, now, body.reason)
    try:
        async with database.transaction() as transaction:
            bank_entry.decide(transaction, entry.id, columns)
    except ConstraintBroken as broken:
        if broken.constraint in (bank_entry.MATCHED_ONCE, bank_entry.STAYS_MATCHED):
            raise Problem("bank_entry_matched", HTTPStatus.CONFLICT) from None
        raise
