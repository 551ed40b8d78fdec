"""The addresses of the cabinet's pages and forms about refunds, renewals and subscriptions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path

from domain.refund.refund import Action
from domain.renewal.renewal import RenewalAction
from starter.presentation.refund.schemas import ActionShown
from starter.presentation.renewal.addresses import RENEWAL_ID_PATTERN, Addresses
from starter.web.http.ids import RefundId as RefundId
from texts import Language, translate

RenewalId = Annotated[str, Path(pattern=RENEWAL_ID_PATTERN)]
InvoiceNumber = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]
SubscriptionId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]

RENEWALS: Final = Addresses(
    case="/renewals/{}",
    invoice="/orders/{}/invoice.pdf",
    commands=MappingProxyType(
        {
            RenewalAction.ORDER: ("GET", "/subscriptions/{subscription_id}/renew"),
            RenewalAction.CANCEL_ORDER: ("POST", "/renewals/{renewal_id}/cancel-order"),
            RenewalAction.CLAIM_PAYMENT: ("POST", "/renewals/{renewal_id}/claim"),
        }
    ),
)
"""Where the cabinet has what belongs to a renewal."""

ENDINGS: Mapping[Action, str] = MappingProxyType(
    {
        Action.WITHDRAW: "/withdrawal",
        Action.ENTER_REQUISITES: "/statement",
        Action.REQUEST_CODE: "/statement/code",
        Action.SIGN: "/statement/signature",
        Action.UPLOAD_SCAN: "/statement/scan",
        Action.LEAVE_FEEDBACK: "/feedback",
        Action.OPEN_INQUIRY: "/inquiry",
        Action.WITHDRAW_INQUIRY: "/inquiry/withdrawal",
        Action.CORRECT_CONTACT: "/contact",
    }
)
"""The form of each action of a client, after the case's address."""


def refund_page(refund_id: str) -> str:
    """The page of a case."""
    return f"/refunds/{refund_id}"


def order_payment_page(invoice_number: str) -> str:
    """The page on which an order of billing is paid."""
    return f"/orders/{invoice_number}/payment"


def renewal_page(renewal_id: str) -> str:
    """The page of a renewal: its order, and how it is paid."""
    return RENEWALS.of_case(renewal_id)


def subscription_page(subscription_id: str) -> str:
    """The page of a subscription."""
    return f"/subscriptions/{subscription_id}"


def tariffs_page(subscription_id: str) -> str:
    """All that can be bought for a subscription."""
    return f"/subscriptions/{subscription_id}/tariffs"


def limit_request_page(request_id: UUID) -> str:
    """The page of a request for a higher limit."""
    return f"/limit-requests/{request_id}"


def form_of(refund_id: str, action: Action, language: Language) -> ActionShown:
    """An action of a client with its form."""
    return ActionShown(
        action=action,
        title=translate(f"action.{action}", language),
        method="POST",
        href=refund_page(refund_id) + ENDINGS[action],
    )
