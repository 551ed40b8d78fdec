"""Signals the cases whose money has changed to recheck it."""

from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.database import Database
from db.renewal import recheck_outbox
from db.renewal.recheck_outbox import DueRecheck
from domain.case.recheck import RECHECK
from domain.renewal.renewal import RenewalStatus
from domain.renewal.transitions import is_recheck_due

RENEWAL = "renewal"
"""The renewal's process."""
PAGE = 100
"""Rows read at once."""

_BEFORE_ALL = (datetime.min.replace(tzinfo=UTC), "")


async def signal_renewals(client: Client, database: Database, task_queue: str) -> int:
    """Signals every case in the recheck outbox, oldest first; returns how many.

    Runs after money was stored. A case that has ended is started again. A case that could not be
    signalled stays in the outbox for the next run, and a second signal changes nothing: it carries
    no data, the case reads its money again.
    """
    count, after = 0, _BEFORE_ALL
    while rows := await recheck_outbox.unnotified(database, PAGE, after):
        for row in rows:
            await _signal(client, task_queue, row)
            await recheck_outbox.remove(database, row)
        count, after = count + len(rows), (rows[-1].at, rows[-1].id)
    return count


async def _signal(client: Client, task_queue: str, row: DueRecheck) -> None:
    if not is_recheck_due(RenewalStatus(row.status), is_next_unpaid=bool(row.is_term_unpaid)):
        return
    await client.start_workflow(
        RENEWAL,
        recheck_outbox.request_of(row),
        id=row.id,
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=RECHECK,
    )
