"""A renewal's rows as callers see them, and which role sees what."""

from collections.abc import Sequence

from db.query import present
from db.renewal.payment_claim import ClaimRow
from db.renewal.reads import RenewalHead, RenewalHistoryRow, RenewalInList
from domain.access.roles import OUTSIDERS, SYSTEM, Role
from domain.card.card_payment import CardStatus
from domain.renewal.renewal import (
    RENEWAL_ACTIONS,
    PayBy,
    RenewalAction,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.subscription.offer_kind import OfferKind
from starter.caller import Caller
from starter.presentation.file.file import FileShown
from starter.presentation.renewal.addresses import Addresses
from starter.presentation.renewal.schemas import (
    ChangeShown,
    ClaimShown,
    InvoiceOfOrder,
    ListedRenewal,
    NextTermShown,
    OrderShown,
    PageShown,
    PayerShown,
    RenewalActionShown,
)
from starter.presentation.renewal.state import RenewalState, state_of
from texts import Language, translate
from texts.reasons import card_reason
from texts.status import status_title


def listed(
    row: RenewalInList | RenewalHead, caller: Caller, language: Language, addresses: Addresses
) -> ListedRenewal:
    """A case from its row."""
    return ListedRenewal(
        **dict(_state_of_row(row, caller, language, addresses)),
        subscription_id=row.subscription_id,
        subscription_title=row.subscription_title,
        client_id=row.client_id,
        client_name=row.client_name,
        term_ends_on=row.term_ends_on,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
    )


def _state_of_row(
    row: RenewalInList | RenewalHead, caller: Caller, language: Language, addresses: Addresses
) -> RenewalState:
    """The state of a case; whoever is waited for may have no deadline."""
    result = RenewalTransitionResult(
        RenewalStatus(row.status),
        row.version,
        invoice_number=row.invoice_number,
        amount_kopecks=row.total_kopecks or 0,
        claimed_until=row.claimed_until,
    )
    state = state_of(row.id, result, language, caller.role, addresses)
    if row.waiting_for is None:
        return state
    waiting_for = Role(row.waiting_for)
    return state.model_copy(
        update={
            "waiting_for": waiting_for,
            "waiting_for_title": translate(f"role.{waiting_for}", language),
            "wait_until": row.wait_until,
        }
    )


def order_of(
    case: RenewalHead, caller: Caller, language: Language, addresses: Addresses
) -> OrderShown | None:
    """The open order of a case; operators and support see who pays, not the payer's requisites."""
    if case.order_id is None:
        return None
    whole = caller.role not in (Role.OPERATOR, Role.SUPPORT)
    return OrderShown(
        offer=OfferKind(present(case.offer)),
        title=translate(f"offer.title.{case.offer}", language),
        tariff_code=present(case.tariff_code),
        tariff_title=present(case.tariff_title),
        units=present(case.units),
        months=present(case.months),
        price=present(case.price_kopecks),
        method=PayBy(present(case.method)),
        payer=PayerShown(
            name=present(case.payer_name),
            inn=case.payer_inn if whole else None,
            kpp=case.payer_kpp if whole else None,
            address=case.payer_address if whole else None,
        ),
        placed_at=present(case.placed_at),
        sha256=present(case.agreed_sha256),
        receipt=addresses.of_case(case.id, "/receipt"),
    )


def invoice_of(case: RenewalHead, addresses: Addresses) -> InvoiceOfOrder | None:
    """The invoice of the open order."""
    if case.invoice_number is None:
        return None
    total, paid = present(case.total_kopecks), present(case.paid_kopecks)
    return InvoiceOfOrder(
        number=case.invoice_number,
        issued_on=present(case.issued_on),
        valid_until=present(case.valid_until),
        total=total,
        paid=paid,
        left=max(0, total - paid),
        pdf=addresses.of_invoice(case.invoice_number),
    )


def page_of_card(case: RenewalHead, language: Language) -> PageShown | None:
    """The acquirer's page; None for an order by invoice, and until the page was requested."""
    if case.card_status is None:
        return None
    code = case.card_reason
    return PageShown(
        status=CardStatus(case.card_status),
        title=translate(f"card_payment.status.{case.card_status}", language),
        href=case.confirmation_url if case.card_status == CardStatus.PENDING else None,
        reason=None if code is None else card_reason(code, language),
    )


def next_term_of(case: RenewalHead) -> NextTermShown | None:
    """The term that the case has sold."""
    if case.next_term_id is None:
        return None
    return NextTermShown(
        tariff_code=present(case.next_tariff_code),
        tariff_title=present(case.next_tariff_title),
        units=present(case.next_units),
        starts_on=present(case.next_starts_on),
        ends_on=present(case.next_ends_on),
    )


def claim_of(
    rows: Sequence[ClaimRow],
    order: FileShown | None,
    renewal_id: str,
    caller: Caller,
    addresses: Addresses,
) -> ClaimShown | None:
    """The newest claim, out of the rows of `db.renewal.payment_claim.latest`, and the payment order
    that was uploaded with it or before.
    """
    if not rows:
        return None
    (row,) = rows
    return ClaimShown(
        at=row.claimed_at,
        login=None if caller.role in OUTSIDERS else row.claimed_by,
        file=None if order is None else addresses.of_case(renewal_id, "/claim"),
        payment_order=order,
    )


def change_of(row: RenewalHistoryRow, caller: Caller, language: Language) -> ChangeShown:
    """A change; whoever is not the system is the client, the only person who decides here."""
    by = SYSTEM if row.by == SYSTEM else Role.CLIENT
    hidden = by == SYSTEM or caller.role in OUTSIDERS
    return ChangeShown(
        number=row.number,
        at=row.at,
        from_status=None if row.from_status is None else RenewalStatus(row.from_status),
        to_status=RenewalStatus(row.to_status),
        title=status_title("renewal", row.to_status, language, caller.role),
        by=by,
        by_title=translate(f"role.{by}", language),
        login=None if hidden else row.by,
        reason_code=row.reason,
        reason=None if row.reason is None else translate(f"renewal.reason.{row.reason}", language),
    )


def actions_of(
    case: RenewalHead, caller: Caller, language: Language, addresses: Addresses
) -> list[RenewalActionShown]:
    """What the caller may do now: only a client acts on a renewal."""
    if caller.role is not Role.CLIENT:
        return []
    status = RenewalStatus(case.status)
    open_actions = (one for one in RENEWAL_ACTIONS.get(status, ()) if _fits(case, one))
    return [_action(case, one, language, addresses) for one in open_actions]


def _fits(case: RenewalHead, action: RenewalAction) -> bool:
    """An order is allowed in the case of the last term; the other commands need an open order."""
    if action is RenewalAction.ORDER:
        return not case.has_later_term
    return case.invoice_number is not None


def _action(
    case: RenewalHead, action: RenewalAction, language: Language, addresses: Addresses
) -> RenewalActionShown:
    method, href = addresses.of_action(case, action)
    return RenewalActionShown(
        action=action, title=translate(f"action.{action}", language), method=method, href=href
    )
