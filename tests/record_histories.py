"""Records a history for every path: `python -m tests.record_histories [path …]`.

Run it when a path is new, or when a change of the workflows is meant to break open cases:
whatever else fails the replay of tests/workflows/test_replay.py would break cases in production.
"""

import asyncio
import gc
import json
import sys
from pathlib import Path as FilePath
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from stack.temporal import common_arguments, server_program
from tests.workflows.card_paths import CARD_PATHS
from tests.workflows.case_under_test import case_with, product_client
from tests.workflows.collection_paths import COLLECTION_PATHS
from tests.workflows.dispute_paths import DISPUTE_PATHS
from tests.workflows.limit_paths import LIMIT_PATHS
from tests.workflows.money_paths import MONEY_PATHS
from tests.workflows.paths import PATHS, Path, steps_of
from tests.workflows.process_paths import PROCESS_PATHS, ProcessPath, played
from tests.workflows.renewal_paths import RENEWAL_PATHS, RenewalPath, played_renewal
from tests.workflows.return_paths import RETURN_PATHS
from tests.workflows.ticket_paths import TICKET_PATHS

_WHO = ("identity", "requestId", "binaryChecksum")
PROCESSES = {
    **PROCESS_PATHS,
    **CARD_PATHS,
    **LIMIT_PATHS,
    **MONEY_PATHS,
    **TICKET_PATHS,
    **RETURN_PATHS,
    **COLLECTION_PATHS,
    **DISPUTE_PATHS,
}
FOLDER = FilePath(__file__).parent / "histories"


async def record(names: list[str]) -> None:
    """Plays the paths on a server of their own and keeps what it wrote."""
    FOLDER.mkdir(exist_ok=True)
    environment = await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(server_program()),
        dev_server_log_level="never",
        dev_server_extra_args=common_arguments(),
        ts_config=TimeSkippingConfig(enabled=False),
    )
    async with environment:
        for name in names:
            if name in PATHS:
                await _record_one(environment, name, PATHS[name])
            elif name in RENEWAL_PATHS:
                await _record_renewal(environment, name, RENEWAL_PATHS[name])
            else:
                await _record_process(environment, name, PROCESSES[name])


async def _record_one(environment: WorkflowEnvironment, name: str, path: Path) -> None:
    async with case_with(environment, steps_of(path)) as case:
        await path.play(case)
        await case.outcome()
        await _keep(case.handle, f"{name}.case")


async def _record_renewal(environment: WorkflowEnvironment, name: str, path: RenewalPath) -> None:
    """Of a case that was taken up again, the run that ended it."""
    async with played_renewal(product_client(environment), path) as renewal:
        await renewal.handle.result()
        await _keep(renewal.handle, f"{name}.process")


async def _record_process(environment: WorkflowEnvironment, name: str, path: ProcessPath) -> None:
    async with played(product_client(environment), path) as (process, _, _):
        await _keep(process, f"{name}.process")


async def _keep(workflow: WorkflowHandle[Any, Any], name: str) -> None:
    history = await workflow.fetch_history()
    text = json.dumps(
        _anonymous(json.loads(history.to_json())), ensure_ascii=False, indent=1, sort_keys=True
    )
    (FOLDER / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def _anonymous(part: Any) -> Any:
    """Without the names of the machine that recorded it: who polled, and where files lay."""
    if isinstance(part, list):
        return [_anonymous(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {name: _anonymous(value) for name, value in part.items() if name != "stackTrace"}
    return kept | {name: "worker" for name in _WHO if name in kept}


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:] or [*PATHS, *PROCESSES, *RENEWAL_PATHS]))
    gc.collect()  # a short-lived client may die at exit without it
