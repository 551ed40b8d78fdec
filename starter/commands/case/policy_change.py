"""A policy is changed by two people: one proposes the values and the day, another confirms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from db.case import policy_change as changes
from db.case.policy import PolicyRow
from db.case.policy_change import ChangeRow
from db.database import ConstraintBroken
from db.notification import notification
from domain.access.roles import is_same_person
from domain.calendar.bank_calendar import ONE_DAY, end_of_moscow_day, moscow_date
from domain.case.notices import POLICY_PROPOSED
from domain.case.policy_change import ChangeOutcome, PolicyKind, Value, changed
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid, not_found, unprocessable
from starter.commands.services import Services

MAX_AHEAD = timedelta(days=366)
"""How far ahead a version may be dated."""


@dataclass(frozen=True)
class Proposed:
    """What a person proposes: new values by their JSON Pointers, and the first day in Moscow.

    `base_version` is the version that the person saw, which must still be the newest.
    """

    kind: PolicyKind
    base_version: int
    values: Mapping[str, Value]
    valid_from: date
    reason: str


@command
async def propose_policy_change(
    services: Services, caller: Caller, command_id: UUID, proposed: Proposed
) -> UUID:
    """Stores a proposal, which changes nothing until another person confirms it; whoever may, is
    sent a letter. A repeat answers the same proposal.

    Refused as `policy_change_open` while another one of the same policy waits, as
    `policy_unchanged` where nothing differs.
    """
    now, change_id = datetime.now(UTC), uuid5(command_id, "policy_change")
    try:
        async with services.database.transaction() as transaction:
            found, known = await transaction.read(
                changes.newest(proposed.kind), changes.one(change_id)
            )
            if known:
                return change_id
            (base,) = found
            if base.version != proposed.base_version:
                raise conflict("policy_base_changed")
            document, wrong = changed(base.document, proposed.values)
            errors = [FieldError(one.code, one.pointer, params=one.params) for one in wrong]
            if errors := [*errors, *_day_errors(proposed.valid_from, base, now)]:
                raise invalid(*errors)
            if document == base.document:
                raise unprocessable("policy_unchanged")
            changes.put(
                transaction,
                change_id,
                base,
                document,
                end_of_moscow_day(proposed.valid_from - ONE_DAY),
                reason=proposed.reason,
                by=caller.login,
                at=now,
            )
            notification.notify(
                transaction,
                POLICY_PROPOSED,
                case_id=None,
                client_id=None,
                occasion=f"policy-{change_id}",
                params={
                    "policy": proposed.kind,
                    "login": caller.login,
                    "reason": proposed.reason,
                    "from_on": proposed.valid_from.isoformat(),
                },
                at=now,
            )
    except ConstraintBroken as broken:
        if broken.constraint != changes.OPEN_ALREADY:
            raise
        raise conflict("policy_change_open") from None
    return change_id


@command
async def confirm_policy_change(
    services: Services, caller: Caller, _command_id: UUID, change_id: UUID
) -> None:
    """Makes a proposal of another person the next version of its policy.

    Refused as `four_eyes_policy` to whoever proposed it, as `policy_day_begun` from its first day
    on, as `policy_base_changed` where a release has changed the policy meanwhile.
    """
    await _decided(services, caller, change_id, ChangeOutcome.CONFIRMED, None)


@command
async def decline_policy_change(
    services: Services, caller: Caller, _command_id: UUID, change_id: UUID, reason: str
) -> None:
    """Ends a proposal of another person, with the reason."""
    await _decided(services, caller, change_id, ChangeOutcome.DECLINED, reason)


@command
async def withdraw_policy_change(
    services: Services, caller: Caller, _command_id: UUID, change_id: UUID
) -> None:
    """Ends one's own proposal."""
    await _decided(services, caller, change_id, ChangeOutcome.WITHDRAWN, None)


async def _decided(
    services: Services,
    caller: Caller,
    change_id: UUID,
    outcome: ChangeOutcome,
    reason: str | None,
) -> None:
    now = datetime.now(UTC)
    async with services.database.transaction() as transaction:
        found, newest = await transaction.read(
            changes.locked(change_id), changes.newest_of_change(change_id)
        )
        if not found:
            raise not_found()
        change = found[0]
        if (change.outcome, change.decided_by) == (outcome, caller.login):
            return  # the same command again
        (base,) = newest
        _check(change, base, caller, outcome, now)
        changes.decide(transaction, change, outcome, reason=reason, by=caller.login, at=now)


def _check(
    change: ChangeRow, base: PolicyRow, caller: Caller, outcome: ChangeOutcome, now: datetime
) -> None:
    """Raises `Refusal` for what may not be decided so, by this person, or any more."""
    if change.outcome is not None:
        raise conflict("policy_change_decided")
    is_own = is_same_person(change.proposed_by, caller.login)
    if is_own != (outcome is ChangeOutcome.WITHDRAWN):
        raise conflict("four_eyes_policy" if is_own else "policy_change_of_another")
    if outcome is not ChangeOutcome.CONFIRMED:
        return
    if base.version != change.base_version:
        raise conflict("policy_base_changed")
    if change.valid_from <= now:
        raise conflict("policy_day_begun")


def _day_errors(valid_from: date, base: PolicyRow, now: datetime) -> list[FieldError]:
    today = moscow_date(now)
    if valid_from <= today:
        return [FieldError("policy_day_past", "/valid_from")]
    if valid_from - today > MAX_AHEAD:
        return [FieldError("policy_day_far", "/valid_from", params={"days": MAX_AHEAD.days})]
    if end_of_moscow_day(valid_from - ONE_DAY) < base.valid_from:
        params = {"day": moscow_date(base.valid_from).isoformat()}
        return [FieldError("policy_day_before_coming", "/valid_from", params=params)]
    return []
