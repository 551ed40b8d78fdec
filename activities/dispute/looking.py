"""The automatic looks of a dispute: at the acquirer, and at what our own rows say."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio import activity
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.database import Database, Transaction
from db.dispute import evidence, found
from db.dispute.found import FoundPaper, UnrecordedPayment
from db.file import store
from domain.access.roles import SYSTEM
from domain.card.card_payment import CardPaymentRequest, card_payment_workflow_id
from domain.dispute.dispute import DisputeChange
from domain.dispute.evidence import Visibility
from domain.file.kind import FileKind
from gateways.acquirer import AcquirerGateway, AcquirerPaymentStatus

CARD_PAYMENT = "card_payment"
"""The process of a payment by card."""
ACQUIRER_SAID = "acquirer_said"
"""Its signal: the case must look again."""
NAMESPACE = UUID("7a4b2f0e-4a0d-4c1b-9a51-0c2f3c9d51d6")
"""The namespace of the ids of papers that the system makes: made again, they are the same."""


async def find_on_its_way(
    database: Database, acquirer: AcquirerGateway, invoice_number: str
) -> bool:
    """Whether the acquirer has captured a payment that our books do not have; its case is begun
    again, which records it.
    """
    is_on_its_way = False
    for payment in await database.rows(found.unrecorded(invoice_number)):
        if payment.acquirer_payment_id is None:
            continue
        there = await acquirer.look_at_payment(payment.acquirer_payment_id)
        if there is not None and there.status is AcquirerPaymentStatus.SUCCEEDED:
            await _take_up(payment)
            is_on_its_way = True
    return is_on_its_way


async def _take_up(payment: UnrecordedPayment) -> None:
    order_id = str(payment.order_id)
    await activity.client().start_workflow(
        CARD_PAYMENT,
        CardPaymentRequest(order_id, payment.invoice_number, payment.amount_kopecks),
        id=card_payment_workflow_id(order_id),
        task_queue=activity.info().task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=ACQUIRER_SAID,
    )


async def papers_of(database: Database, dispute_id: str) -> Sequence[FoundPaper]:
    """What our rows say about the disputed order."""
    return await database.rows(found.papers(dispute_id))


def keep_papers(
    transaction: Transaction, change: DisputeChange, papers: Sequence[FoundPaper]
) -> None:
    """Stores papers as files, each content once; the same content makes the same paper."""
    for paper in papers:
        content = _written(paper.content)
        sha256 = hashlib.sha256(content).hexdigest()
        paper_id = uuid5(NAMESPACE, f"{change.dispute_id}/{paper.about}/{sha256}")
        _keep_file(transaction, paper_id, paper, content, change.at)
        evidence.put(transaction, [_row(change, paper, paper_id)])


def _keep_file(
    transaction: Transaction, file_id: UUID, paper: FoundPaper, content: bytes, at: datetime
) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    store.put_content(
        transaction, sha256, content, media_type=FileKind.TEXT, at=at, is_stored=False
    )
    store.put_file(
        transaction,
        file_id,
        sha256=sha256,
        name=f"{paper.about}.txt",
        client_id=None,
        uploaded_by=SYSTEM,
        at=at,
    )


def _row(change: DisputeChange, paper: FoundPaper, paper_id: UUID) -> dict[str, Any]:
    return {
        "id": paper_id,
        "dispute_id": change.dispute_id,
        "kind": paper.kind,
        "source": paper.source,
        "about": paper.about,
        "made_on": paper.made_on,
        "file_id": paper_id,
        "visibility": Visibility.BOTH.value,
        "added_by": SYSTEM,
        "added_at": change.at,
    }


def _written(content: dict[str, Any]) -> bytes:
    """The same bytes for the same facts."""
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
