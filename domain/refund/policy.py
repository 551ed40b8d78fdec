"""The refund policy: versioned data, never changed by the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.billing.invoice import PaymentMethod, ProductKind
from domain.billing.requisites import ClientKind
from domain.case.waiting import WaitPolicy, wait_policy_from
from domain.refund.refund import RefundStatus


class Rule(StrEnum):
    """How the refundable sum of a line is found."""

    UNUSED_DAYS = "unused_days"
    UNDELIVERED = "undelivered"
    SPECIALIST = "specialist"
    RETURNED = "returned"
    """By what was decided about goods that came back; no policy names it."""


@dataclass(frozen=True)
class ClientLimits:
    """What may be refunded to one client, of all its invoices, without further people (kopecks).

    Refunds under way are counted, and those paid in the last `days` days.
    """

    days: int
    automatic_kopecks: int
    approval_kopecks: int


@dataclass(frozen=True)
class RefundPolicy:
    """One version of the refund policy. Sums in kopecks; ages count from the payment.

    `automatic_limit_kopecks` and `approval_limit_kopecks` are of all refunds of an invoice;
    `client_limits` is None in versions that had none. `acquirer_methods`: which methods the
    acquirer refunds to which kind of client; a business's payment by SBP is not refundable.
    """

    version: int
    max_age_days: int
    automatic_limit_kopecks: int
    approval_limit_kopecks: int
    acquirer_max_age_days: int
    acquirer_methods: Mapping[ClientKind, frozenset[PaymentMethod]]
    credit_bank_days: int
    feedback_days: int
    rules: Mapping[ProductKind, Rule]
    waits: Mapping[RefundStatus, WaitPolicy]
    client_limits: ClientLimits | None = None

    def rule_for(self, kind: ProductKind) -> Rule:
        """A kind the policy does not name goes to a specialist."""
        return self.rules.get(kind, Rule.SPECIALIST)

    @classmethod
    def from_document(cls, version: int, document: Mapping[str, Any]) -> "RefundPolicy":
        """Reads a stored document; a missing key or an unknown value raises KeyError or
        ValueError.
        """
        return cls(
            version=version,
            max_age_days=document["max_age_days"],
            automatic_limit_kopecks=document["automatic_limit_kopecks"],
            approval_limit_kopecks=document["approval_limit_kopecks"],
            acquirer_max_age_days=document["acquirer_max_age_days"],
            acquirer_methods=MappingProxyType(
                {
                    kind: frozenset(map(PaymentMethod, document["acquirer_methods"][kind]))
                    for kind in ClientKind
                }
            ),
            credit_bank_days=document["waits"][RefundStatus.COMPLETED]["at_most"],
            feedback_days=document["feedback_days"],
            rules=MappingProxyType(
                {ProductKind(kind): Rule(rule) for kind, rule in document["rules"].items()}
            ),
            waits=MappingProxyType(
                {
                    RefundStatus(status): wait_policy_from(row, RefundStatus)
                    for status, row in document["waits"].items()
                }
            ),
            client_limits=_client_limits(document.get("client_limits")),
        )


def _client_limits(row: Mapping[str, int] | None) -> ClientLimits | None:
    return None if row is None else ClientLimits(**row)
