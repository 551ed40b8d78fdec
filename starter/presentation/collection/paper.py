"""Letters about unpaid orders as papers: one that was sent, and the claim as it would be now."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from db.collection import letters, loading, owed, reads
from db.facts import load, together
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.collection.case import CollectionCase, DebtFacts
from domain.collection.collection import ENDS, CollectionChange, CollectionRefusal
from domain.collection.paper import DebtPaper
from domain.collection.policy import Tone
from domain.collection.transitions import written_letter
from gateways.documents import debt_letter_pdf
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.collection.case import debt_of, found
from starter.commands.refusal import conflict, not_found
from starter.commands.services import Services


async def printed_letter(
    services: Services, caller: Caller, collection_id: str, letter_id: UUID
) -> bytes:
    """A letter that speaks of a case's debt; raises `Refusal` `not_found`, for its client also of
    one that has not left.
    """
    heads, lines, sent = await services.database.read(
        reads.head(collection_id), letters.lines_of(letter_id), letters.one(letter_id)
    )
    row = require_visible(caller, heads)
    if not any(one.collection_id == row.id for one in lines) or not sent:
        raise not_found()
    if sent[0].is_queued and caller.role is Role.CLIENT:
        raise not_found()
    paper = await load(services.database, letters.paper(letter_id, services.settings.company))
    if paper is None:
        raise not_found()
    return await asyncio.to_thread(debt_letter_pdf, paper)


async def printed_draft(services: Services, caller: Caller, collection_id: str) -> bytes:
    """The claim as it would be sent now; raises `Refusal`: `not_found`, `collection_paid`,
    `collection_ended`, `collection_disputed`.
    """
    row = await found(services, caller, collection_id)
    if debt_of(row) == 0:
        raise conflict(CollectionRefusal.PAID)
    if row.status in ENDS:
        raise conflict(CollectionRefusal.ENDED)
    change = CollectionChange(collection_id, row.version + 1, datetime.now(UTC), caller.login)
    async with services.database.transaction() as transaction:
        case, facts = await load(
            transaction,
            together(_both, loading.case(collection_id), owed.facts(collection_id, change.at)),
        )
    if facts.of(collection_id).is_disputed:
        raise conflict(CollectionRefusal.DISPUTED)
    letter = written_letter(case, change, facts, Tone.CLAIM, frozenset({collection_id}))
    debtor, ours, company = await load(
        services.database, letters.debtor(row.client_id, services.settings.company)
    )
    paper = DebtPaper(
        company=company,
        supplier=ours,
        debtor=debtor,
        tone=letter.tone,
        day=moscow_date(change.at),
        lines=letter.lines,
        pay_by=letter.next_on,
        is_draft=True,
    )
    return await asyncio.to_thread(debt_letter_pdf, paper)


def _both(case: CollectionCase, facts: DebtFacts) -> tuple[CollectionCase, DebtFacts]:
    return case, facts
