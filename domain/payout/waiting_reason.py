"""What a payout that is not settled yet waits for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.access.roles import Role
from domain.case.waiting_reason import WaitsFor
from domain.payout.payout import Channel, PayoutStatus


class PayoutWait(StrEnum):
    """Where a payout stands, more closely than its status says."""

    CLEARING = "clearing"
    SENDING = "sending"
    ACQUIRER_EXECUTES = "acquirer_executes"
    ACQUIRER_SILENT = "acquirer_silent"
    NOT_IN_RUN = "not_in_run"
    LEFT_OUT = "left_out"
    NOT_HANDED_OVER = "not_handed_over"
    AT_BANK = "at_bank"
    SETTLED = "settled"


@dataclass(frozen=True)
class StandingPayout:
    """A payout attempt, and the payment order it stands in, if it does. Instants are UTC.

    `left_out`: the code of the reason why no run can include it.
    """

    channel: Channel
    status: PayoutStatus
    changed_at: datetime
    is_cleared: bool
    order_number: int | None = None
    run_number: int | None = None
    ordered_at: datetime | None = None
    handed_over_at: datetime | None = None
    left_out: str | None = None


@dataclass(frozen=True)
class PayoutReason:
    """Whom it waits for, since when (UTC), and who may do what."""

    code: PayoutWait
    waits_for: WaitsFor
    since: datetime
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    allowed: Mapping[Role, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


_UNSETTLED = frozenset({PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN})
_AT_ACQUIRER: Mapping[PayoutStatus, tuple[PayoutWait, WaitsFor]] = MappingProxyType(
    {
        PayoutStatus.PREPARED: (PayoutWait.SENDING, WaitsFor.PROCESS),
        PayoutStatus.SENT: (PayoutWait.ACQUIRER_EXECUTES, WaitsFor.ACQUIRER),
        PayoutStatus.UNKNOWN: (PayoutWait.ACQUIRER_SILENT, WaitsFor.ACQUIRER),
    }
)


def payout_waits(payout: StandingPayout) -> PayoutReason:
    """What the payout waits for; a settled one waits for the step that records it in its case."""
    if payout.status not in _UNSETTLED:
        return PayoutReason(PayoutWait.SETTLED, WaitsFor.PROCESS, payout.changed_at)
    if not payout.is_cleared and payout.status is PayoutStatus.PREPARED:
        return PayoutReason(PayoutWait.CLEARING, WaitsFor.ACQUIRER, payout.changed_at)
    if payout.channel is Channel.ACQUIRER:
        code, waits_for = _AT_ACQUIRER[payout.status]
        return PayoutReason(code, waits_for, payout.changed_at)
    return _by_bank(payout)


def _by_bank(payout: StandingPayout) -> PayoutReason:
    if payout.handed_over_at is not None or payout.status is not PayoutStatus.PREPARED:
        return PayoutReason(
            PayoutWait.AT_BANK,
            WaitsFor.BANK,
            payout.handed_over_at or payout.changed_at,
            _order(payout),
            {Role.ACCOUNTANT: ("upload_bank_statement", "reject_payment_order")},
        )
    if payout.ordered_at is not None:
        return PayoutReason(
            PayoutWait.NOT_HANDED_OVER,
            WaitsFor.ACCOUNTANT,
            payout.ordered_at,
            _order(payout),
            {Role.ACCOUNTANT: ("hand_payment_run_over", "dissolve_payment_run")},
        )
    if payout.left_out is not None:
        return PayoutReason(
            PayoutWait.LEFT_OUT,
            WaitsFor.ACCOUNTANT,
            payout.changed_at,
            {"left_out": payout.left_out},
            {Role.ACCOUNTANT: ("return_requisites",)},
        )
    return PayoutReason(
        PayoutWait.NOT_IN_RUN,
        WaitsFor.ACCOUNTANT,
        payout.changed_at,
        allowed={Role.ACCOUNTANT: ("gather_payment_run", "return_requisites")},
    )


def _order(payout: StandingPayout) -> Mapping[str, Any]:
    return {"order": payout.order_number, "run": payout.run_number}
