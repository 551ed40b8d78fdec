"""Why payout attempts were rejected, in the acquirer's own words: for our people only."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import acquirer_refusals
from domain.payout.payout import PayoutRequest

MAX_CODE_LENGTH = 200
MAX_WORDS_LENGTH = 500


@row
class AcquirerRefusal:
    """What the acquirer said of an attempt that it refused."""

    case_id: str
    attempt: int
    code: str
    words: str
    said_at: datetime


_PUT = insert(acquirer_refusals).on_conflict_do_nothing(index_elements=["case_id", "attempt"])
_OF = typed(
    AcquirerRefusal,
    select(acquirer_refusals).where(
        acquirer_refusals.c.case_id == bindparam("case_id"),
        acquirer_refusals.c.attempt == bindparam("attempt"),
    ),
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


def of(request: PayoutRequest) -> Query[AcquirerRefusal]:
    """What was said of an attempt; no row where nothing was."""
    return _OF(case_id=request.case_id, attempt=request.attempt)
