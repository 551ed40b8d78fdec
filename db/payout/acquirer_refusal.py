"""Why payout attempts were rejected, in the acquirer's own words: shown to staff only."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.facts import Reading, first
from db.query import row, typed
from db.tables import acquirer_refusals
from domain.payout.payout import PayoutRequest

MAX_CODE_LENGTH = 200
MAX_WORDS_LENGTH = 500


@row
class WordsRow:
    """What the acquirer said."""

    words: str


_PUT = insert(acquirer_refusals).on_conflict_do_nothing(index_elements=["case_id", "attempt"])
_WORDS = typed(
    WordsRow,
    select(acquirer_refusals.c.words).where(
        acquirer_refusals.c.case_id == bindparam("case_id"),
        acquirer_refusals.c.attempt == bindparam("attempt"),
    ),
)


def put(
    transaction: Transaction, request: PayoutRequest, code: str, words: str, at: datetime
) -> None:
    """Stores the words about an attempt, cut to the limit; the first ones are never changed."""
    transaction.write(
        _PUT,
        case_id=request.case_id,
        attempt=request.attempt,
        code=code[:MAX_CODE_LENGTH],
        words=(words or code)[:MAX_WORDS_LENGTH],
        said_at=at,
    )


def words_of(request: PayoutRequest) -> Reading[str | None]:
    """The words about an attempt; None where there are none."""
    said = first(_WORDS(case_id=request.case_id, attempt=request.attempt))
    return said.to(lambda row: None if row is None else row.words)
