"""The requests that carry the actions of a refund out."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.refund.refund import Action
from starter.api.refund.case import link_to
from starter.presentation.refund.schemas import ActionShown
from texts import Language, translate

COMMANDS: Mapping[Action, tuple[str, str]] = MappingProxyType(
    {
        Action.WITHDRAW: ("POST", "/withdrawal"),
        Action.ENTER_REQUISITES: ("PUT", "/statement"),
        Action.REQUEST_CODE: ("POST", "/statement/code"),
        Action.SIGN: ("POST", "/statement/signature"),
        Action.UPLOAD_SCAN: ("PUT", "/statement/scan"),
        Action.CALCULATE: ("POST", "/calculation"),
        Action.DECLINE: ("POST", "/decline"),
        Action.ACCEPT: ("POST", "/acceptance"),
        Action.RETURN_STATEMENT: ("POST", "/return"),
        Action.RECALCULATE: ("POST", "/recalculation"),
        Action.APPROVE: ("POST", "/approval"),
        Action.RETRY_PAYOUT: ("POST", "/payout/retry"),
        Action.PAY_BY_BANK: ("POST", "/payout/by-bank"),
        Action.BOOK_GIVEN_BACK: ("POST", "/payout/given-back"),
        Action.LEAVE_FEEDBACK: ("POST", "/feedback"),
        Action.OPEN_INQUIRY: ("POST", "/inquiry"),
        Action.WITHDRAW_INQUIRY: ("POST", "/inquiry/withdrawal"),
        Action.ANSWER_INQUIRY: ("POST", "/inquiry/answer"),
        Action.BOOK_RETURN: ("POST", "/inquiry/returned"),
        Action.CORRECT_CONTACT: ("POST", "/contact"),
    }
)
"""The request that each action is."""


def action_of(refund_id: str, action: Action, language: Language) -> ActionShown:
    """An action with the request that carries it out."""
    method, ending = COMMANDS[action]
    return ActionShown(
        action=action,
        title=translate(f"action.{action}", language),
        method=method,
        href=link_to(refund_id) + ending,
    )
