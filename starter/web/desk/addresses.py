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


CASES: Mapping[str, str] = MappingProxyType(
    {
        "refund-": "/desk/refunds/refund-",
        "renewal-": "/desk/renewals/renewal-",
        "ticket-": "/desk/tickets/ticket-",
        "return-": "/desk/returns/return-",
        "dispute-": "/desk/disputes/dispute-",
        "collection-": "/desk/collections/",
        "limit-request-": "/desk/limit-requests/",
    }
)
"""What begins the address of a case's page, by what begins its id; the rest is the same."""


def refund_on_desk(refund_id: str) -> str:
    """The page of a case."""
    return f"/desk/refunds/{refund_id}"


def case_on_desk(case_id: str) -> str | None:
    """The page of a case of any kind that people decide about; None for another process."""
    for beginning, address in CASES.items():
        if case_id.startswith(beginning):
            return address + case_id.removeprefix(beginning)
    return None


def decision_of(refund_id: str, action: Action, language: Language) -> ActionShown:
    """An action of staff with its form."""
    return ActionShown(
        action=action,
        title=translate(f"action.{action}", language),
        method="POST",
        href=refund_on_desk(refund_id) + ENDINGS[action],
    )
