"""Signals cases whose workflows do not know their latest stored change."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from activities.case.alive import alive
from db.case import unheard_change
from db.case.unheard_change import UnheardChange
from db.database import Database
from domain.case.recheck import CASE_CHANGES, RECHECK

PAGE = 100
"""Cases asked about in one query of the server."""
SHOWN_AFTER_SECONDS = 2.0
"""How long a case may take to store a change, complete its workflow task and be listed with it. A
slower case is signalled and finds nothing new.
"""

KNOWN = SearchAttributeKey.for_int(CASE_CHANGES)

log = structlog.get_logger()


class BehindActivities:
    """The step that finds cases behind their rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="cases.recheck_behind")
    async def recheck_behind(self, at_most: int) -> int:
        """Looks at the oldest changes, and signals every case that does not know its last one, or
        beside which something has changed; returns how many. May be repeated.

        A case without a running process is left: it has ended, or an operator terminated it.
        """
        changes = await unheard_change.oldest(self._database, at_most)
        if not changes:
            return 0
        signalled = 0
        async with alive():
            await asyncio.sleep(SHOWN_AFTER_SECONDS)
            for page in _pages(changes):
                known = await _known(activity.client(), [change.case_id for change in page])
                for change in page:
                    if change.number is None or known.get(change.case_id, 0) < change.number:
                        signalled += await _signal(activity.client(), change)
                    await unheard_change.remove(self._database, change)
        return signalled


def _pages(changes: Sequence[UnheardChange]) -> Iterator[Sequence[UnheardChange]]:
    for start in range(0, len(changes), PAGE):
        yield changes[start : start + PAGE]


async def _known(client: Client, case_ids: Iterable[str]) -> dict[str, int]:
    """The number of the last change that each case knows of, whichever of its runs knows it."""
    names = ", ".join(f"'{case_id}'" for case_id in case_ids)
    known: dict[str, int] = {}
    async for run in client.list_workflows(f"WorkflowId IN ({names})"):
        number = run.typed_search_attributes.get(KNOWN) or 0
        known[run.id] = max(number, known.get(run.id, 0))
    return known


async def _signal(client: Client, change: UnheardChange) -> bool:
    """Whether a running process took the signal."""
    try:
        await client.get_workflow_handle(change.case_id).signal(RECHECK)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    log.warning("case.behind", case_id=change.case_id, change=change.number)
    return True
