"""A refund case's rows as callers see them, and which role sees what."""

from collections.abc import Mapping
from types import MappingProxyType

from db.payout.payout_list import ShownPayout
from db.query import present
from db.refund.rows import FeedbackRow, RefundHead, RefundHistoryRow, StatementRow
from domain.access.roles import OUTSIDERS, SYSTEM, Role
from domain.banking.bank_reason import CONCERNED
from domain.billing.requisite_field import RequisiteField
from domain.payout.acquirer_refusal import WhoseMatter, whose_matter
from domain.payout.payout import Channel, ChannelReason, PayoutStatus, is_by_hand
from domain.refund.contact import CONTACT_CORRECTED
from domain.refund.inquiry import InquiryEnd
from domain.refund.refund import RefundStatus
from starter.caller import Caller
from starter.commands.refund.way import way_in
from starter.presentation.refund.schemas import (
    FeedbackShown,
    PayoutShown,
    RequisitesShown,
    SignatureShown,
    StatementShown,
    TimelineRow,
)
from texts import Language, translate
from texts.status import status_title
from workflows.refund import ABORTED

SEES_REQUISITES = frozenset({Role.CLIENT, Role.SPECIALIST, Role.ACCOUNTANT})
"""Roles that work with a statement's requisites; the others see them masked."""
SHOWN_DIGITS = 4
HIDDEN = "•••"

ON_OUR_SIDE = "on_our_side"
"""The reason shown to outsiders when the acquirer refused for a reason on our side."""
_SEES_WORDS = frozenset({Role.ACCOUNTANT, Role.OPERATOR})
PAYOUT = "payout.reason"
"""The prefix of the texts of payouts' reasons."""

_MADE_BY: Mapping[RefundStatus, Role] = MappingProxyType(
    {
        RefundStatus.AWAITING_SPECIALIST: Role.SPECIALIST,
        RefundStatus.AWAITING_STATEMENT: Role.CLIENT,
        RefundStatus.UNDER_REVIEW: Role.SPECIALIST,
        RefundStatus.AWAITING_APPROVAL: Role.ACCOUNTANT,
        RefundStatus.PAYOUT_HELD: Role.ACCOUNTANT,
        RefundStatus.INQUIRY: Role.ACCOUNTANT,
    }
)
"""The role whose decision leads out of a status, unless it is the client's withdrawal or nobody's.
"""
_BY_CLIENT = frozenset({RefundStatus.CANCELLED, RefundStatus.INQUIRY})
"""Statuses that a client leads to, whatever the case waited for."""
_SAID_BY_CLIENT = (InquiryEnd.ARRIVED, CONTACT_CORRECTED)
_OUTSIDE = frozenset({RefundStatus.PAYING, RefundStatus.COMPLETED})
_BY_RULE = _OUTSIDE | {RefundStatus.CALCULATING, RefundStatus.INQUIRY}
"""Statuses that no person's decision leads out of: the reason is a code, not a person's text."""
_ENTERED_BY_RULE = frozenset({RefundStatus.AWAITING_APPROVAL, RefundStatus.PAYING})
"""Statuses whose reason is always a code: a limit, or the channel of the payout."""


def statement_of(row: StatementRow, caller: Caller) -> StatementShown:
    """The newest statement; only roles that work with the requisites see them whole."""
    signature = None
    if row.signature_id is not None:
        signature = SignatureShown(
            method=present(row.signature_method),
            signed_at=present(row.signed_at),
            address=None
            if row.signed_by_address is None
            else masked_address(row.signed_by_address),
        )
    whole = caller.role in SEES_REQUISITES
    return StatementShown(
        id=row.id,
        sha256=row.content_sha256,
        drawn_up_at=row.drawn_up_at,
        requisites=requisites_shown(row, whole=whole),
        signature=signature,
    )


def requisites_shown(row: StatementRow, *, whole: bool) -> RequisitesShown:
    """The requisites of a statement; masked ones show the bank and the account's last digits."""
    return RequisitesShown(
        recipient_name=row.recipient_name if whole else HIDDEN,
        inn=row.inn if whole or row.inn is None else HIDDEN,
        kpp=row.kpp if whole or row.kpp is None else HIDDEN,
        bic=row.bic,
        account=row.account if whole else HIDDEN + row.account[-SHOWN_DIGITS:],
        bank_name=row.bank_name,
        correspondent_account=row.correspondent_account,
    )


def payout_of(row: ShownPayout, caller: Caller, language: Language) -> PayoutShown:
    """A payout attempt."""
    way = way_in(row)
    return PayoutShown(
        attempt=row.attempt,
        status=PayoutStatus(row.status),
        title=translate(f"payout.status.{row.status}", language),
        amount=row.amount_kopecks,
        channel=Channel(row.channel),
        channel_reason=ChannelReason(row.channel_reason),
        way=way,
        way_title=translate(f"way.{way}", language),
        prepared_at=row.prepared_at,
        changed_at=row.changed_at,
        settled_on=row.settled_on,
        reason=payout_reason(
            PayoutStatus(row.status),
            row.reason,
            caller.role,
            language,
            channel=Channel(row.channel),
        ),
        words=row.words if caller.role in _SEES_WORDS else None,
    )


def payout_reason(
    status: PayoutStatus,
    reason: str | None,
    role: Role,
    language: Language,
    *,
    channel: Channel = Channel.ACQUIRER,
) -> str | None:
    """The reason of a payout's status. An unknown outcome is shown as unknown, not as a refusal.

    An operator's text is shown to staff; others see what it means for them. Our own balance, and
    what the acquirer does not know, are shown to staff only.
    """
    if reason is None:
        return None
    if status is PayoutStatus.UNKNOWN:
        return translate(f"{PAYOUT}.no_answer", language)
    if not is_by_hand(reason):
        ours = whose_matter(channel, reason) is WhoseMatter.OURS
        told = ON_OUR_SIDE if ours and role in OUTSIDERS else reason
        return reason_text(told, PAYOUT, language)
    if role not in OUTSIDERS:
        return reason
    return None if status is PayoutStatus.PAID else translate(f"{PAYOUT}.other", language)


def timeline_row_of(row: RefundHistoryRow, caller: Caller, language: Language) -> TimelineRow:
    """A change; its author is a role for a client, and a login for staff."""
    came_from = None if row.from_status is None else RefundStatus(row.from_status)
    by = made_by(came_from, RefundStatus(row.to_status), row.by, row.reason)
    moved = came_from != row.to_status
    ruled = came_from in _BY_RULE or not moved or row.to_status in _ENTERED_BY_RULE
    if came_from is RefundStatus.PAYOUT_HELD and row.by != SYSTEM:
        ruled = False
    is_code = row.reason is not None and (ruled or row.reason == ABORTED)
    returned = came_from is RefundStatus.INQUIRY and row.to_status != RefundStatus.COMPLETED
    prefix = PAYOUT if moved and (came_from in _OUTSIDE or returned) else "reason"
    code = _visible_code(row, caller) if is_code else None
    return TimelineRow(
        number=row.number,
        at=row.at,
        from_status=came_from,
        to_status=RefundStatus(row.to_status),
        title=status_title("refund", row.to_status, language, caller.role),
        by=by,
        by_title=translate(f"role.{by}", language),
        login=login_of(row.by, caller),
        reason_code=code,
        reason=_written_text(row, caller) if code is None else reason_text(code, prefix, language),
        fields=_concerned(row, code),
    )


def _concerned(row: RefundHistoryRow, code: str | None) -> list[RequisiteField]:
    """The requisites that a remark names, or that a bank's reason is about."""
    return [*map(RequisiteField, row.fields or ()), *CONCERNED.get(code or "", ())]


def _visible_code(row: RefundHistoryRow, caller: Caller) -> str:
    """The code of a change; why a payout is held is shown to staff only."""
    held = row.to_status == RefundStatus.PAYOUT_HELD and caller.role in OUTSIDERS
    return ON_OUR_SIDE if held else str(row.reason)


def _written_text(row: RefundHistoryRow, caller: Caller) -> str | None:
    """What a person wrote; an accountant's text about a held payout is for staff, the reason of a
    new calculation is for the client too.
    """
    held = row.from_status == RefundStatus.PAYOUT_HELD and row.to_status in _OUTSIDE
    told: str | None = None if held and caller.role in OUTSIDERS else row.reason
    return told


def made_by(
    came_from: RefundStatus | None, to: RefundStatus, by: str, reason: str | None = None
) -> str:
    """The role of a change's author, from the move: `by` alone is only a login."""
    if by == SYSTEM:
        return SYSTEM
    if reason == ABORTED:
        return Role.OPERATOR
    if came_from is None or to in _BY_CLIENT or reason in _SAID_BY_CLIENT:
        return Role.CLIENT
    return _MADE_BY.get(came_from, SYSTEM)


def feedback_of(row: FeedbackRow) -> FeedbackShown:
    """The client's feedback."""
    return FeedbackShown(score=row.score, text=row.text, at=row.at)


def masked_address(address: str) -> str:
    """«i•••@romashka.example»: enough for its owner to recognise it."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}{HIDDEN}@{domain}"


def letters_to(head: RefundHead, caller: Caller) -> str:
    """Where letters of a case go: what its client asked for, else the client's own address."""
    address = head.contact_email or head.client_email
    return address if caller.role in SEES_REQUISITES else masked_address(address)


def login_of(by: str, caller: Caller) -> str | None:
    return None if caller.role in OUTSIDERS or by == SYSTEM else by


def reason_text(code: str, prefix: str, language: Language) -> str:
    """The text of a code; a bank's code without a text of its own is shown as another reason."""
    try:
        return translate(f"{prefix}.{code}", language)
    except KeyError:
        return translate("payout.reason.other", language)
