"""Invariants of the whole database: each is a query for the rows that break it."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from db.database import Database
from db.invariants.acquirer import ACQUIRER_INVARIANTS
from db.invariants.bank import BANK_INVARIANTS
from db.invariants.card import CARD_INVARIANTS
from db.invariants.collections import COLLECTION_INVARIANTS
from db.invariants.disputes import DISPUTE_INVARIANTS
from db.invariants.files import FILE_INVARIANTS
from db.invariants.goods_returns import GOODS_RETURN_INVARIANTS
from db.invariants.invariant import INVARIANTS
from db.invariants.ledger import LEDGER_INVARIANTS
from db.invariants.limits import LIMIT_INVARIANTS
from db.invariants.money import MONEY_INVARIANTS
from db.invariants.notifications import NOTIFICATION_INVARIANTS
from db.invariants.recomputed import miscalculated, unbound_signatures
from db.invariants.statements import STATEMENT_INVARIANTS
from db.invariants.terms import TERM_INVARIANTS


class Difference(NamedTuple):
    """A row that breaks an invariant."""

    invariant: str
    found: str


ASKED = (
    *INVARIANTS,
    *LIMIT_INVARIANTS,
    *LEDGER_INVARIANTS,
    *BANK_INVARIANTS,
    *STATEMENT_INVARIANTS,
    *CARD_INVARIANTS,
    *ACQUIRER_INVARIANTS,
    *MONEY_INVARIANTS,
    *TERM_INVARIANTS,
    *NOTIFICATION_INVARIANTS,
    *FILE_INVARIANTS,
    *COLLECTION_INVARIANTS,
    *DISPUTE_INVARIANTS,
    *GOODS_RETURN_INVARIANTS,
)
"""The invariants that SQL alone can check."""
SAME_CALCULATION = "a calculation made again gives the same"
SIGNED_CONTENT = "a signature is under the content it is bound to"
NAMES = (*(invariant.name for invariant in ASKED), SAME_CALCULATION, SIGNED_CONTENT)
"""The names of all invariants; their texts are found by them."""


async def differences(database: Database) -> AsyncIterator[Difference]:
    """All rows that break an invariant, up to a limit for each."""
    for invariant in ASKED:
        for broken in await database.rows(invariant.query):
            yield Difference(invariant.name, broken.found)
    async for found in miscalculated(database):
        yield Difference(SAME_CALCULATION, found)
    async for found in unbound_signatures(database):
        yield Difference(SIGNED_CONTENT, found)
