"""How workflows are run and replayed: in the SDK's sandbox, entered as seldom as possible."""

from typing import Any

from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

PASSED_THROUGH = (
    "activities",
    "db",
    "domain",
    "gateways",
    "texts",
    "workflows",
    "sqlalchemy",
    "psycopg",
    "psycopg_pool",
    "structlog",
    "pydantic",
    "holidays",
    "jinja2",
    "babel",
    "httpx2",
    "aiosmtplib",
    "num2words",
    "stdnum",
)
"""Modules that workflows import without the sandbox's checks: pure, or only named by a workflow and
never run in it.
"""


_NO_STORE = StorageDriverStoreContext(target=None)


class _PlainPayloads(WorkflowInstance):
    """A sandboxed workflow without contexts for codecs and external storage.

    The SDK asks for them four times for each outgoing payload and enters the sandbox each time: an
    eighth of this process's Python time. We use neither; remove this class when one is added.
    """

    def __init__(self, workflow: WorkflowInstance) -> None:
        self._workflow = workflow

    def activate(self, act: Any) -> Any:
        return self._workflow.activate(act)

    def get_serialization_context(self, command_info: Any) -> None:
        return None

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:
        return _NO_STORE

    def get_info(self) -> Info:
        return self._workflow.get_info()

    def get_thread_id(self) -> int | None:
        return self._workflow.get_thread_id()


class _Runner(SandboxedWorkflowRunner):
    """The sandbox, entered only to run a workflow."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _PlainPayloads(super().create_instance(det))


def workflow_runner() -> SandboxedWorkflowRunner:
    """The runner of the product's workflows, and of their replays: the sandbox."""
    return _Runner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
