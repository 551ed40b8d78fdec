"""Begins the case of an unpaid order."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.access.roles import SYSTEM
from domain.case.recheck import RECHECK
from domain.collection.collection import CollectionRequest, collection_workflow_id

COLLECTION = "collection"
"""The name of the process."""


async def begin(client: Client, task_queue: str, invoice_number: str) -> None:
    """Begins the case of an invoice, or has the one that runs read its money."""
    collection_id = collection_workflow_id(invoice_number)
    await client.start_workflow(
        COLLECTION,
        CollectionRequest(collection_id, SYSTEM),
        id=collection_id,
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=RECHECK,
        static_summary=collection_id,
    )
