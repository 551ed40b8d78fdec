"""Judges the merge of two tickets of one client, and what undoes it."""

from dataclasses import replace

from domain.ticket.case import MergeFacts, TicketCase
from domain.ticket.changing import Judged, moved, paused, refusal_of, refused
from domain.ticket.ticket import (
    MERGEABLE,
    OUR_TURN,
    TicketAction,
    TicketChange,
    TicketRefusal,
    TicketStatus,
)


def merge(case: TicketCase, change: TicketChange, facts: MergeFacts) -> Judged:
    """Two tickets of one client become one: the messages stand in the other's thread, whose clocks
    go on. So the other one must be due no later, or the client would be answered later than now.
    """
    refusal = refusal_of(case, TicketAction.MERGE)
    if refusal is not None:
        return refusal
    if facts.into_status not in MERGEABLE:
        return refused(case, TicketRefusal.MERGE_NOT_OPEN)
    if facts.holds:
        return refused(case, TicketRefusal.MERGE_HOLDS_OTHERS)
    if case.status in OUR_TURN and not _is_due_by_then(case, facts):
        return refused(case, TicketRefusal.MERGE_DUE_EARLIER)
    wait = case.rules.aside_wait(change.at)
    columns = {**paused(case, change.at), "merged_into": facts.into}
    return moved(case, change, TicketStatus.MERGED, wait, columns=columns)


def unmerge(case: TicketCase, change: TicketChange) -> Judged:
    """A merge is undone: it is our turn, with the working time that was left."""
    refusal = refusal_of(case, TicketAction.UNMERGE)
    if refusal is not None:
        return refusal
    wait = replace(case.clocks, turn_at=change.at).our_wait(case.rules, case.calendar)
    columns = {"turn_at": change.at, "merged_into": None}
    return moved(case, change, TicketStatus.OPEN, wait, columns=columns)


def _is_due_by_then(case: TicketCase, facts: MergeFacts) -> bool:
    """Whether the other ticket waits for us until this one's deadline at the latest."""
    if facts.into_status not in OUR_TURN or facts.into_until is None or case.wait is None:
        return False
    return facts.into_until <= case.wait.until
