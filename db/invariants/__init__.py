"""Invariants of the whole database: each is a query for the rows that break it."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from db.database import Database, Row
from db.invariants.acquirer import ACQUIRER_TRUTHS
from db.invariants.bank import BANK_TRUTHS
from db.invariants.card import CARD_TRUTHS
from db.invariants.invariant import TRUTHS
from db.invariants.ledger import LEDGER_TRUTHS
from db.invariants.limits import LIMIT_TRUTHS
from db.invariants.money import MONEY_TRUTHS
from db.invariants.notifications import unnotified
from db.invariants.recomputed import miscalculated, unbound_signatures
from db.invariants.statements import STATEMENT_TRUTHS
from db.invariants.terms import TERM_TRUTHS


class Difference(NamedTuple):
    """An invariant that does not hold, and where."""

    invariant: str
    found: str


ASKED = (
    *TRUTHS,
    *LIMIT_TRUTHS,
    *LEDGER_TRUTHS,
    *BANK_TRUTHS,
    *STATEMENT_TRUTHS,
    *CARD_TRUTHS,
    *ACQUIRER_TRUTHS,
    *MONEY_TRUTHS,
    *TERM_TRUTHS,
)
"""What SQL alone can ask."""
EVERYBODY_TOLD = "everybody a change concerns is told on every channel"
SAME_CALCULATION = "a calculation made again gives the same"
SIGNED_CONTENT = "a signature is under the content it is bound to"
NAMES = (*(invariant.name for invariant in ASKED), EVERYBODY_TOLD, SAME_CALCULATION, SIGNED_CONTENT)
"""Every invariant by its name; texts/ has what people read under it."""


async def differences(database: Database) -> AsyncIterator[Difference]:
    """Everything in the books that is not as it must be, a bounded number of rows of each truth."""
    for invariant in ASKED:
        statement, params = invariant.query()
        for row in await database.rows(statement, **params):
            yield Difference(invariant.name, _shown(row))
    async for row in unnotified(database):
        yield Difference(EVERYBODY_TOLD, _shown(row))
    async for found in miscalculated(database):
        yield Difference(SAME_CALCULATION, found)
    async for found in unbound_signatures(database):
        yield Difference(SIGNED_CONTENT, found)


def _shown(row: Row) -> str:
    return ", ".join(f"{name}={value}" for name, value in row._asdict().items())
