"""The addresses of the desk's pages and forms."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import Path

from domain.refund.refund import Action
from starter.presentation.refund.schemas import ActionShown
from texts import Language, translate

ClientId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]

ENDINGS: Mapping[Action, str] = MappingProxyType(
    {
        Action.CALCULATE: "/calculation",
        Action.DECLINE: "/decline",
        Action.ACCEPT: "/acceptance",
        Action.RETURN_STATEMENT: "/return",
        Action.RECALCULATE: "/recalculation",
        Action.APPROVE: "/approval",
        Action.RETRY_PAYOUT: "/payout/retry",
        Action.PAY_BY_BANK: "/payout/by-bank",
        Action.BOOK_GIVEN_BACK: "/payout/given-back",
        Action.ANSWER_INQUIRY: "/inquiry/answer",
        Action.BOOK_RETURN: "/inquiry/returned",
    }
)
"""The form of each action of staff, after the case's address."""


def refund_on_desk(refund_id: str) -> str:
    """The page of a case."""
    return f"/desk/refunds/{refund_id}"


def case_on_desk(case_id: str) -> str:
    """The page of a case of any kind that people decide about."""
    kind, own_id = "limit-request-", case_id.removeprefix("limit-request-")
    if case_id.startswith(kind):
        return f"/desk/limit-requests/{own_id}"
    if case_id.startswith("ticket-"):
        return f"/desk/tickets/{case_id}"
    if case_id.startswith("return-"):
        return f"/desk/returns/{case_id}"
    return (
        f"/desk/renewals/{case_id}" if case_id.startswith("renewal-") else refund_on_desk(case_id)
    )


def decision_of(refund_id: str, action: Action, language: Language) -> ActionShown:
    """An action of staff with its form."""
    return ActionShown(
        action=action,
        title=translate(f"action.{action}", language),
        method="POST",
        href=refund_on_desk(refund_id) + ENDINGS[action],
    )
