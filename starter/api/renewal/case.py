"""The id and the paths of a renewal, as every route about it has them."""

from types import MappingProxyType
from typing import Annotated, Final

from fastapi import Path

from domain.renewal.renewal import RenewalAction
from starter.api.http.links import PATHS
from starter.commands.refusal import Noun
from starter.presentation.renewal.addresses import RENEWAL_ID_PATTERN, Addresses

RenewalId = Annotated[
    str,
    Path(
        pattern=RENEWAL_ID_PATTERN,
        description="The case's id: `renewal-<subscription>-<term end>`, or `…-first`.",
        examples=["renewal-kompas-7-2026-11-30"],
    ),
]


ADDRESSES: Final = Addresses(
    case=PATHS[Noun.RENEWAL],
    invoice="/v1/invoices/{}/pdf",
    commands=MappingProxyType(
        {
            RenewalAction.ORDER: ("POST", "/v1/subscriptions/{subscription_id}/orders"),
            RenewalAction.CANCEL_ORDER: ("POST", "/v1/renewals/{renewal_id}/cancel-order"),
            RenewalAction.CLAIM_PAYMENT: ("POST", "/v1/renewals/{renewal_id}/claim"),
        }
    ),
)
"""Where the API has what belongs to a renewal."""
