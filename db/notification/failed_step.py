"""Steps that have used up their tries, as operators were notified of them."""

from datetime import datetime

from sqlalchemy import Text, bindparam, literal_column, select

from db.query import Query, row, typed
from db.tables import notifications
from domain.notification.notification import STEP_FAILED


@row
class FailedStepRow:
    """A failed step: its name as the Web UI shows it, the kind of the error, and when."""

    step: str
    failure: str
    at: datetime


_params = notifications.c.params
_LATEST = typed(
    FailedStepRow,
    select(
        _params["step"].astext.cast(Text).label("step"),
        _params["failure"].astext.cast(Text).label("failure"),
        notifications.c.created_at.label("at"),
    )
    .where(
        # As in the index, which PostgreSQL takes for constants only.
        notifications.c.template == literal_column(f"'{STEP_FAILED.template}'"),
        _params["process"].astext == bindparam("process"),
    )
    .order_by(notifications.c.created_at.desc())
    .limit(1),
    never_null=("step", "failure"),
)


def latest(workflow_id: str) -> Query[FailedStepRow]:
    """The last step of a process that failed; no row where none did."""
    return _LATEST(process=workflow_id)
