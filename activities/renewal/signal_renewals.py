"""Passing on that there is news of money to the cases that wait for it."""

from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.database import Database, Row
from db.renewal import recheck_outbox as recheck_outbox
from domain.renewal.renewal import RenewalStatus

RENEWAL = "renewal"
"""The renewal's process."""
RECHECK = "recheck"
"""Its signal: there is something to look at."""
PAGE = 100
"""News read at once."""

_BEFORE_ALL = (datetime.min.replace(tzinfo=UTC), "")


async def signal_renewals(client: Client, database: Database, task_queue: str) -> int:
    """Tells every case of which there is news of money, oldest first; answers how many.

    Money is stored first, and told of afterwards by whoever stored it; a case that has ended goes
    on where it was. What nobody could be told of stays for the next one who tells, and telling
    twice does no harm: a case looks at its money, it believes nothing.
    """
    count, after = 0, _BEFORE_ALL
    while rows := await recheck_outbox.unnotified(database, PAGE, after):
        for row in rows:
            await _notify(client, task_queue, row)
            await recheck_outbox.notified(database, row)
        count, after = count + len(rows), (rows[-1].at, rows[-1].id)
    return count


async def _notify(client: Client, task_queue: str, row: Row) -> None:
    if row.status == RenewalStatus.RENEWED and not row.is_term_unpaid:
        return  # its term has begun: what comes now is a surplus
    await client.start_workflow(
        RENEWAL,
        recheck_outbox.request_of(row),
        id=row.id,
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=RECHECK,
    )
