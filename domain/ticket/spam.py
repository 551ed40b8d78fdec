"""Judges whether a ticket is put aside as spam, and what takes that back. Nobody gets a letter."""

from dataclasses import replace

from domain.ticket.case import StaffDecision, TicketCase
from domain.ticket.changing import Judged, moved, paused, refusal_of
from domain.ticket.ticket import TicketAction, TicketChange, TicketStatus


def mark(case: TicketCase, change: TicketChange, decision: StaffDecision) -> Judged:
    """No client of ours has asked this: the clocks stop, and the ticket closes by itself."""
    refusal = refusal_of(case, TicketAction.MARK_SPAM)
    if refusal is not None:
        return refusal
    wait = case.rules.aside_wait(change.at)
    columns = {**paused(case, change.at), "spam_at": change.at}
    return moved(case, change, TicketStatus.SPAM, wait, columns=columns, reason=decision.reason)


def unmark(case: TicketCase, change: TicketChange) -> Judged:
    """It is a question after all: it is our turn, with the working time that was left."""
    refusal = refusal_of(case, TicketAction.UNMARK_SPAM)
    if refusal is not None:
        return refusal
    wait = replace(case.clocks, turn_at=change.at).our_wait(case.rules, case.calendar)
    columns = {"turn_at": change.at, "spam_at": None}
    return moved(case, change, TicketStatus.OPEN, wait, columns=columns)
