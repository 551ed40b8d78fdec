"""The Temporal dev server with its Web UI, with time skipping for single workflows."""

import json
import os
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from stack.ports import LOOPBACK
from stack.processes import Command, http_body

NAMESPACE = "default"
LOG_LEVEL = "warn"
SEARCH_ATTRIBUTES: Final[Mapping[str, str]] = {
    "CaseStatus": "Keyword",
    "WaitingFor": "Keyword",
    "WaitUntil": "Datetime",
    "NeedsOperator": "Bool",
    "CaseChanges": "Int",
}
# Time skipping; its timers in steps of 10 ms instead of a second; and a wedged workflow becomes
# findable by `TemporalReportedProblems` after two failed tasks.
DYNAMIC_CONFIG = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    'history.timerProcessorMaxTimeShift="10ms"',
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2",
)


def server_program() -> Path:
    """The `temporal` program of this environment: server, Web UI and command line in one."""
    return Path(sysconfig.get_path("scripts")) / "temporal"


def common_arguments() -> list[str]:
    """The flags of every server of ours, the tests' too."""
    attributes = [f"{name}={kind}" for name, kind in SEARCH_ATTRIBUTES.items()]
    return [
        *(part for value in DYNAMIC_CONFIG for part in ("--dynamic-config-value", value)),
        *(part for attribute in attributes for part in ("--search-attribute", attribute)),
    ]


@dataclass(frozen=True)
class Temporal:
    """One server. `history` None keeps everything in memory until it ends."""

    port: int
    ui_port: int
    http_port: int
    metrics_port: int
    folder: Path
    log: Path
    history: Path | None

    @property
    def address(self) -> str:
        """The address for clients (gRPC)."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui_url(self) -> str:
        """The URL of the Web UI."""
        return f"http://{LOOPBACK}:{self.ui_port}"

    @property
    def http_url(self) -> str:
        """The server's HTTP API, within the namespace."""
        return f"http://{LOOPBACK}:{self.http_port}/api/v1/namespaces/{NAMESPACE}"

    def workflow_url(self, workflow_id: str) -> str:
        """The page of a workflow in the Web UI."""
        return f"{self.ui_url}/namespaces/{NAMESPACE}/workflows/{quote(workflow_id, safe='')}"

    def has_worker(self, task_queue: str) -> bool:
        """Whether a worker polls this queue for workflow tasks."""
        queue = f"{self.http_url}/task-queues/{quote(task_queue, safe='')}"
        body = http_body(f"{queue}?taskQueueType=TASK_QUEUE_TYPE_WORKFLOW")
        return body is not None and bool(json.loads(body).get("pollers"))

    def command(self) -> Command:
        """Only these arguments are used: the developer's own Temporal profiles are not read."""
        return Command(
            name="temporal",
            arguments=[
                *(server_program(), "server", "start-dev"),
                *("--disable-config-env", "--disable-config-file"),
                *("--ip", LOOPBACK, "--port", str(self.port), "--ui-port", str(self.ui_port)),
                *("--http-port", str(self.http_port), "--metrics-port", str(self.metrics_port)),
                *("--namespace", NAMESPACE, "--log-level", LOG_LEVEL, "--ui-disable-news-fetch"),
                *(("--db-filename", self.history) if self.history else ()),
                *common_arguments(),
            ],
            environment={"PATH": os.defpath, "HOME": str(self.folder)},
            folder=self.folder,
            log=self.log,
            ready=lambda: http_body(self.http_url) is not None,
        )
