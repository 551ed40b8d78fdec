"""Applies faults to one request: before it is executed, to the refund, to the answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from sandbox.acquirer import faults
from sandbox.acquirer.books import Plan
from sandbox.acquirer.faults import AnyRule, first
from sandbox.acquirer.terms import PAGE_LIFETIME
from sandbox.acquirer.wire import DROPPED, Answer, error

Rules = tuple[AnyRule, ...]

EXPIRES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "outcome": "canceled",
        "party": "yoo_money",
        "reason": "expired_on_confirmation",
        "delay": PAGE_LIFETIME,
    }
)
"""The end of a page that is not paid by."""


def plan_of(rules: Rules) -> Plan:
    """How the refund ends by these rules; without any it succeeds at once."""
    late, copies = first(rules, faults.LateWebhook), first(rules, faults.DuplicateWebhook)
    delay = timedelta(seconds=late.seconds if late else 0)
    count = copies.copies if copies else 1
    if cancel := first(rules, faults.Cancel):
        return Plan(outcome="canceled", party=cancel.party, reason=cancel.reason)
    hidden = first(rules, faults.ProcessingThen)
    later = hidden or first(rules, faults.PendingThen)
    if later is None:
        return Plan(webhook_copies=count, webhook_delay=delay)
    cancelled = later.outcome == "cancelled"
    return Plan(
        state="processing" if hidden else "pending",
        outcome="canceled" if cancelled else "succeeded",
        party=later.party if cancelled else None,
        reason=later.reason if cancelled else None,
        polls=later.polls,
        delay=None if later.seconds is None else timedelta(seconds=later.seconds),
        webhook_copies=count,
        webhook_delay=delay,
    )


def receipt_of(rules: Rules) -> str:
    """How a fiscal receipt ends under these rules."""
    return "canceled" if first(rules, faults.ReceiptFails) else "succeeded"


def page_plan_of(rules: Rules) -> Plan:
    """How a payment ends by these rules; without any its page waits for the payer until it
    expires.
    """
    plan = plan_of(rules)
    if plan.at_once and plan.outcome == "succeeded":
        return replace(plan, **EXPIRES)
    return plan


def _disguised(body: dict[str, object], status: str) -> dict[str, object]:
    strange = {
        "status": status,
        "refund_method": {"type": "digital_rouble_wallet"},
        "settlement": {"batch": 7, "flags": [None, {"deep": True}]},
        "cancellation_details": {"party": "clearing_house", "reason": "reason_of_tomorrow"},
    }
    if isinstance(items := body.get("items"), list):
        return {**body, "items": [{**item, **strange} for item in items]}
    return {**body, **strange} if "status" in body else body


async def before(rules: Rules) -> Answer | None:
    """Faults before a request is executed; an answer means that it is not executed."""
    slow = first(rules, faults.Slow)
    if slow and slow.moment == "before":
        await asyncio.sleep(slow.seconds)
    if first(rules, faults.AnswerLostBeforeExecution):
        return DROPPED
    if first(rules, faults.RateLimited):
        return error(429, "too_many_requests", "Too many requests")
    broken = first(rules, faults.ServerError)
    if broken and broken.moment == "before":
        return error(broken.status, "internal_server_error", "Internal server error")
    if refuse := first(rules, faults.Refuse):
        return error(refuse.status, refuse.code, "Refused on request", refuse.parameter)
    return None


async def after(rules: Rules, answer: Answer) -> Answer:
    """Faults of the answer."""
    if strange := first(rules, faults.UnknownEnum):
        answer = Answer(answer.status, _disguised(answer.body, strange.status))
    slow = first(rules, faults.Slow)
    if slow and slow.moment == "after":
        await asyncio.sleep(slow.seconds)
    broken = first(rules, faults.ServerError)
    if broken and broken.moment == "after":
        return error(broken.status, "internal_server_error", "Internal server error")
    return DROPPED if first(rules, faults.AnswerLostAfterExecution) else answer
