"""Why payout attempts were rejected, in the acquirer's own words: for our people only."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Query, Transaction
from db.tables import acquirer_refusals
from domain.payout.payout import PayoutRequest

MAX_CODE_LENGTH = 200
MAX_WORDS_LENGTH = 500

_PUT = insert(acquirer_refusals).on_conflict_do_nothing(index_elements=["case_id", "attempt"])
_OF = select(acquirer_refusals).where(
    acquirer_refusals.c.case_id == bindparam("case_id"),
    acquirer_refusals.c.attempt == bindparam("attempt"),
)


def put(
    transaction: Transaction, request: PayoutRequest, code: str, words: str, at: datetime
) -> None:
    """Keeps what was said of an attempt; the first word stays, longer ones are cut."""
    transaction.write(
        _PUT,
        case_id=request.case_id,
        attempt=request.attempt,
        code=code[:MAX_CODE_LENGTH],
        words=(words or code)[:MAX_WORDS_LENGTH],
        said_at=at,
    )


def of(request: PayoutRequest) -> Query:
    """What was said of an attempt; no row where nothing was."""
    return _OF, {"case_id": request.case_id, "attempt": request.attempt}
