"""The address for the letters of one refund: when its client may name another, and what becomes of
letters that have not left. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.refund.case import Letter, RedirectLetters, RefundCase, RefundTransition
from domain.refund.refund import UNPAID_ENDS, Change, RefundStatus, TransitionResult

MAX_CORRECTIONS = 5
"""How often the address of one case may be corrected; each time a letter may be sent again."""
CONTACT_CORRECTED = "contact_corrected"
"""The reason in the history of a case whose letters go to another address from now on."""
TOO_MANY_CORRECTIONS = "contact_corrected_too_often"


@dataclass(frozen=True)
class LastLetter:
    """The last letter of a case to its client, but for one-time codes; `is_sent`: a mail server has
    taken it.
    """

    template: str
    params: Mapping[str, Any] = field(repr=False)
    written_at: datetime
    is_sent: bool


@dataclass(frozen=True)
class ContactFacts:
    """The address that the client names (None: its own one), how often it was corrected before, and
    the last letter; None before the first.
    """

    email: str | None = field(repr=False)
    corrected: int
    last_letter: LastLetter | None


def contact_refusal(status: RefundStatus, closed_at: datetime | None, corrected: int) -> str | None:
    """Why no other address is taken now; None when it is. A case that has ended writes no more."""
    if status in UNPAID_ENDS or closed_at is not None:
        return NOT_ALLOWED_IN_STATUS
    return TOO_MANY_CORRECTIONS if corrected >= MAX_CORRECTIONS else None


def correct_contact(
    case: RefundCase, change: Change, facts: ContactFacts
) -> RefundTransition | TransitionResult:
    """Sends the letters of the case to another address from now on.

    A letter that has not left is given up. The last one is sent again, where it says where the case
    is now: it was written since the case came there.
    """
    refused = contact_refusal(case.status, case.closed_at, facts.corrected)
    if refused is not None:
        return replace(case.latest, refusal=refused)
    return RefundTransition(
        replace(case.latest, changes=change.number),
        reason=CONTACT_CORRECTED,
        columns={"contact_email": facts.email, "changed_at": case.changed_at},
        effects=(RedirectLetters(case.client_id, _still_true(case, facts.last_letter)),),
    )


def _still_true(case: RefundCase, last: LastLetter | None) -> Letter | None:
    if last is None or last.is_sent or last.written_at < case.changed_at:
        return None
    return Letter(last.template, last.params)
