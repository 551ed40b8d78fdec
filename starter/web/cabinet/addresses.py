"""The addresses of the cabinet's pages and forms about a refund."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import Path

from domain.refund.refund import Action
from starter.presentation.refund.schemas import ActionShown
from texts import Language, translate

RefundId = Annotated[str, Path(pattern=r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$")]

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
    }
)
"""The form of each action of a client, after the case's address."""


def refund_page(refund_id: str) -> str:
    """The page of a case."""
    return f"/refunds/{refund_id}"


def form_of(refund_id: str, action: Action, language: Language) -> ActionShown:
    """An action of a client with its form."""
    return ActionShown(
        action=action,
        title=translate(f"action.{action}", language),
        method="POST",
        href=refund_page(refund_id) + ENDINGS[action],
    )
