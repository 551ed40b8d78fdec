"""What clients and staff write in disputes over HTTP: complaints, messages with papers."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field

from domain.dispute.dispute import Demand, DisputeKind
from domain.dispute.evidence import EvidenceKind, EvidenceSource, Visibility
from domain.file.file import MAX_FILES
from starter.api.dispute.case import AskedOfDispute
from starter.api.http import links
from starter.api.http.models import Body, Day, InvoiceNumber, Kopecks, Line, Note, Paragraphs
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.commands.dispute import write as command
from starter.commands.dispute.open import Complaint
from starter.commands.dispute.open import open_dispute as open_one
from starter.commands.dispute.write import Paper
from starter.commands.refusal import LookAt, Noun
from starter.presentation.dispute.dispute import DisputeShown, dispute_shown

MAX_PROBLEM_LENGTH = 5_000
MAX_PART_LENGTH = 2_000
MAX_ABOUT_LENGTH = 300

routes = router("disputes")

Text = Annotated[Paragraphs, Field(max_length=MAX_PROBLEM_LENGTH)]
Part = Annotated[Paragraphs, Field(max_length=MAX_PART_LENGTH)]


class ComplaintBody(Body):
    """The seven parts of a complaint: order, day, problem, proof, steps taken, demand, and by which
    day an answer is expected. A demand of money names its sum, any other none.
    """

    invoice_number: InvoiceNumber
    kind: DisputeKind = Field(strict=False)
    happened_on: Day
    problem: Text
    proof: Part
    steps: Part
    demand: Demand = Field(strict=False)
    demand_amount: Kopecks | None = None
    answer_by: Day


class PaperBody(Body):
    """A file that was handed in by `POST /v1/files`: what it is, about what, and of which day.

    `kind`: 1 contract, 2 payment receipt, 3 account statement, 4 letters, 5 screenshots, 6 return
    papers, 7 contracts with third parties, 8 call records. `supersedes` is a worse paper of the
    kind. `visibility` and `source` are for staff: a client's are always its own, for both.
    """

    file_id: UUID = Field(strict=False)
    kind: EvidenceKind = Field(strict=False)
    about: Annotated[Line, Field(min_length=1, max_length=MAX_ABOUT_LENGTH)]
    made_on: Day | None = None
    note: Note | None = None
    supersedes: UUID | None = Field(None, strict=False)
    visibility: Visibility = Field(Visibility.BOTH, strict=False)
    source: EvidenceSource | None = Field(None, strict=False)


class MessageBody(Body):
    """A message with its papers."""

    text: Text
    papers: tuple[PaperBody, ...] = Field((), max_length=MAX_FILES, strict=False)

    def as_papers(self) -> list[Paper]:
        """The papers as the command takes them."""
        return [
            Paper(
                one.file_id,
                one.kind,
                one.about,
                one.made_on,
                one.note,
                one.supersedes,
                one.visibility,
                one.source,
            )
            for one in self.papers
        ]


@routes.post(
    "/v1/disputes", summary="Dispute an order", status_code=HTTPStatus.CREATED, responses=UNKNOWN
)
async def open_dispute(
    body: ComplaintBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
    response: Response,
) -> DisputeShown:
    """The system looks first. One dispute of an order is open at a time."""
    asked = Complaint(
        body.invoice_number,
        body.kind,
        body.happened_on,
        body.problem,
        body.proof,
        body.steps,
        body.demand,
        body.demand_amount,
        body.answer_by,
    )
    row = await open_one(services, caller, command_id, asked)
    response.headers["Location"] = links.link_to(LookAt(Noun.DISPUTE, row.id))
    return dispute_shown(row, caller, language)


@routes.post("/v1/disputes/{dispute_id}/reply", summary="Write as the client", responses=UNKNOWN)
async def reply_to_dispute(body: MessageBody, asked: AskedOfDispute) -> DisputeShown:
    """Stops an acceptance without a person that was announced."""
    return await asked.by(command.reply_to_dispute, body.text, body.as_papers())


@routes.post(
    "/v1/disputes/{dispute_id}/submission", summary="The papers are all there", responses=UNKNOWN
)
async def submit_dispute(body: MessageBody, asked: AskedOfDispute) -> DisputeShown:
    """Our clock runs again."""
    return await asked.by(command.submit_dispute, body.text, body.as_papers())


@routes.post("/v1/disputes/{dispute_id}/appeal", summary="Object to a rejection", responses=UNKNOWN)
async def appeal_dispute(body: MessageBody, asked: AskedOfDispute) -> DisputeShown:
    """Another person decides."""
    return await asked.by(command.appeal_dispute, body.text, body.as_papers())


@routes.post("/v1/disputes/{dispute_id}/answer", summary="Write to the client", responses=UNKNOWN)
async def answer_dispute(body: MessageBody, asked: AskedOfDispute) -> DisputeShown:
    """With papers, which may be for ours alone."""
    return await asked.by(command.answer_dispute, body.text, body.as_papers())


@routes.post("/v1/disputes/{dispute_id}/hasten", summary="Ask for a soon answer", responses=UNKNOWN)
async def hasten_dispute(asked: AskedOfDispute) -> DisputeShown:
    """Once a stage."""
    return await asked.by(command.hasten_dispute)


@routes.post(
    "/v1/disputes/{dispute_id}/withdrawal", summary="Take the dispute back", responses=UNKNOWN
)
async def withdraw_dispute(asked: AskedOfDispute) -> DisputeShown:
    """Until it is decided."""
    return await asked.by(command.withdraw_dispute)
