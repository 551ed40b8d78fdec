"""The automatic looks of a dispute: at the acquirer, and at what our own rows say."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
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
from domain.dispute.case import DisputeCase
from domain.dispute.dispute import DisputeChange
from domain.dispute.evidence import MAX_EVIDENCE, Visibility
from domain.file.kind import FileKind
from gateways.acquirer import AcquirerGateway, AcquirerPaymentStatus
from gateways.documents.dispute_paper import DisputePaper, dispute_paper_pdf

CARD_PAYMENT = "card_payment"
"""The process of a payment by card."""
ACQUIRER_SAID = "acquirer_said"
"""Its signal: the case must look again."""
NAMESPACE = UUID("7a4b2f0e-4a0d-4c1b-9a51-0c2f3c9d51d6")
"""The namespace of the ids of papers that the system makes: made again, they are the same."""


@dataclass(frozen=True)
class PrintedPaper:
    """A paper as it is stored: what it was made of, the PDF with its file's name, and the paper
    whose place it takes.
    """

    id: UUID
    found: FoundPaper
    name: str
    pdf: bytes
    supersedes: UUID | None


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


async def new_papers(database: Database, case: DisputeCase) -> Sequence[PrintedPaper]:
    """What our rows say about the disputed order and no paper of the dispute says yet, printed.

    The same facts make a paper of the same id; a later one of the same subject takes its place.
    """
    found_now, known = await database.read(
        found.papers(case.id), evidence.of(case.id, MAX_EVIDENCE)
    )
    ids = {one.id for one in known}
    latest = {one.about: one.id for one in known if one.added_by == SYSTEM}
    printed = list[PrintedPaper]()
    for row in found_now:
        paper = DisputePaper(row.about, row.source, case.invoice_number, row.made_on, row.content)
        sha256 = hashlib.sha256(paper.data).hexdigest()
        paper_id = uuid5(NAMESPACE, f"{case.id}/{row.about}/{sha256}")
        if paper_id not in ids:
            pdf = await asyncio.to_thread(dispute_paper_pdf, paper)
            printed.append(PrintedPaper(paper_id, row, paper.name, pdf, latest.get(row.about)))
    return printed


def keep_papers(
    transaction: Transaction, change: DisputeChange, papers: Sequence[PrintedPaper]
) -> None:
    """Stores papers as files, each content once."""
    for paper in papers:
        sha256 = hashlib.sha256(paper.pdf).hexdigest()
        store.put_content(
            transaction,
            sha256,
            paper.pdf,
            media_type=FileKind.PDF,
            at=change.at,
            is_stored=False,
        )
        store.put_file(
            transaction,
            paper.id,
            sha256=sha256,
            name=paper.name,
            client_id=None,
            uploaded_by=SYSTEM,
            at=change.at,
        )
        evidence.put(transaction, [_row(change, paper)])


def _row(change: DisputeChange, paper: PrintedPaper) -> dict[str, Any]:
    return {
        "id": paper.id,
        "dispute_id": change.dispute_id,
        "kind": paper.found.kind,
        "source": paper.found.source,
        "about": paper.found.about,
        "made_on": paper.found.made_on,
        "file_id": paper.id,
        "visibility": Visibility.BOTH.value,
        "supersedes": paper.supersedes,
        "added_by": SYSTEM,
        "added_at": change.at,
    }
