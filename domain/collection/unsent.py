"""A letter that was written and did not leave: the ladder goes on with it, not with the next."""

from dataclasses import replace
from typing import Any

from domain.case.waiting import Wait
from domain.collection.case import (
    CollectionCase,
    CollectionEffect,
    CollectionTransition,
    Counted,
    DebtFacts,
    Unsent,
)
from domain.collection.changing import client_wait, following, moved, stays
from domain.collection.collection import CollectionChange, CollectionStatus
from domain.collection.leaving import WRITTEN_ANEW, NotSent
from domain.collection.policy import Tone
from domain.compensation.legal_deadline import limitation_ends
from domain.compensation.legal_rule import LegalRules

NOT_SENT = "not_sent"
"""The reason of the change that hears of it."""
WRITES = frozenset({CollectionStatus.CONTACTED, CollectionStatus.REMINDED})


def by_unsent(
    case: CollectionCase,
    change: CollectionChange,
    facts: DebtFacts,
    effects: tuple[CollectionEffect, ...] = (),
) -> CollectionTransition | None:
    """What a case makes of its last letter that did not leave: it is written anew on the next bank
    day, by a promise not before its day, by the lawyer where he has the case. None where it left.
    """
    if facts.unsent is None or not _is_written_anew(case, facts.unsent):
        return None
    columns = _columns(case, facts.unsent, facts.rules)
    before = replace(case, claim_sent_on=None)
    ends_in = following(before, columns["rung"])
    if case.status is CollectionStatus.CLAIM_SENT:
        counted = Counted(change.at, 1)
        return moved(
            case,
            change,
            CollectionStatus.REMINDED,
            client_wait(case.contact_at(counted), ends_in),
            counted=counted,
            columns=columns,
            reason=NOT_SENT,
            effects=effects,
        )
    wait, counted_from = _wait(case, change, ends_in)
    return stays(
        case,
        change,
        wait,
        counted=counted_from,
        columns=columns,
        reason=NOT_SENT,
        effects=effects,
    )


def _is_written_anew(case: CollectionCase, unsent: Unsent) -> bool:
    """Whether the case counts a letter that did not leave: of a promise, or of a pause, only the
    claim, whose days nobody has begun.
    """
    if unsent.tone is Tone.CLAIM:
        return case.claim_sent_on is not None and unsent.why not in (NotSent.MONEY, NotSent.ENDED)
    is_on_ladder = case.status in WRITES or case.status is CollectionStatus.PROMISED
    return is_on_ladder and case.rung > 0 and unsent.why in WRITTEN_ANEW


def _columns(case: CollectionCase, unsent: Unsent, rules: LegalRules) -> dict[str, Any]:
    if unsent.tone is not Tone.CLAIM:
        return {"rung": case.rung - 1}
    ladder = case.policy.ladder
    rungs = [number for number, rung in enumerate(ladder) if rung.tone is Tone.CLAIM]
    return {
        "rung": rungs[0] if rungs else len(ladder),
        "claim_sent_on": None,
        "limitation_on": limitation_ends(case.due_on, rules, claim_sent=False).day,
    }


def _wait(
    case: CollectionCase, change: CollectionChange, ends_in: CollectionStatus
) -> tuple[Wait | None, Counted | None]:
    if case.wait is None or case.wait.ends_in is None:
        return case.wait, case.counted
    tomorrow = Counted(change.at, 1)
    until = case.contact_at(tomorrow)
    if case.status is CollectionStatus.PROMISED or until <= case.wait.until:
        return replace(case.wait, ends_in=ends_in), case.counted
    return client_wait(until, ends_in), tomorrow
