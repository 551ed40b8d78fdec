"""One renewal in full: its state, its history, and what the caller may do now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from db.database import Database
from db.file.store import FileRow
from db.renewal import payment_claim as claims
from db.renewal import reads as cases_in
from db.renewal.payment_claim import ClaimRow
from db.renewal.reads import RenewalHead, RenewalHistoryRow
from domain.access.roles import Role
from starter.access import require_visible
from starter.caller import Caller
from starter.presentation.file.file import file_shown
from starter.presentation.renewal.addresses import Addresses
from starter.presentation.renewal.presenters import (
    actions_of,
    change_of,
    claim_of,
    invoice_of,
    listed,
    next_term_of,
    order_of,
    page_of_card,
)
from starter.presentation.renewal.schemas import RenewalInFull
from texts import Language

MAX_CHANGES = 200
"""Changes of a case that are shown: a case that is ordered and called off for ever has more."""


@dataclass(frozen=True)
class Found:
    """All that is shown of a case, read in one round trip."""

    heads: Sequence[RenewalHead]
    history: Sequence[RenewalHistoryRow]
    said: Sequence[ClaimRow]
    files: Sequence[FileRow]


async def renewal_in_full(
    database: Database,
    caller: Caller,
    renewal_id: str,
    language: Language,
    *,
    addresses: Addresses,
    web_ui: Callable[[str], str | None],
) -> RenewalInFull:
    """A case as this caller may see it; raises `Refusal` `not_found` for another client's.

    `web_ui` gives the case's page in Temporal, which operators alone see.
    """
    found = Found(
        *await database.read(
            cases_in.head(renewal_id),
            cases_in.history(renewal_id, MAX_CHANGES),
            claims.latest(renewal_id),
            claims.file(renewal_id),
        )
    )
    case = require_visible(caller, found.heads)
    order = file_shown(found.files[0], language) if found.files else None
    return RenewalInFull(
        **dict(listed(case, caller, language, addresses)),
        order=order_of(case, caller, language, addresses),
        invoice=invoice_of(case, addresses),
        payment_page=page_of_card(case, language),
        next_term=next_term_of(case),
        claim=claim_of(found.said, order, case.id, caller, addresses),
        timeline=[change_of(row, caller, language) for row in reversed(found.history)],
        actions=actions_of(case, caller, language, addresses),
        web_ui=web_ui(renewal_id) if caller.role is Role.OPERATOR else None,
    )
