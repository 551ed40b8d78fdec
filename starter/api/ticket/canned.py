"""Prepared answers over HTTP."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from db.ticket import canned
from domain.ticket.canned import MAX_CANNED_LENGTH, MAX_TITLE_LENGTH
from starter.api.http.models import Body, Line, Paragraphs
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.ticket import canned as command
from starter.commands.ticket.canned import MAX_CANNED, CannedAnswer
from starter.presentation.ticket.canned import CannedAnswerShown, canned_answer_shown

routes = router("tickets")

Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["need-details"])]


class CannedAnswerBody(Body):
    """A prepared answer; `{client}`, `{number}`, `{topic}`, `{invoice}` and `{refund}` in its text
    are filled in from a ticket.
    """

    title: Annotated[Line, Field(min_length=1, max_length=MAX_TITLE_LENGTH)]
    text: Annotated[Paragraphs, Field(max_length=MAX_CANNED_LENGTH)]
    department: str | None = Field(None, pattern=r"^[a-z][a-z_]{0,39}$")
    is_offered: bool = True


@routes.get("/v1/canned-answers", summary="Prepared answers of staff")
async def list_canned_answers(
    database: DatabaseDep, _caller: CurrentCaller
) -> list[CannedAnswerShown]:
    """By their newest versions."""
    rows = await database.rows(canned.newest(MAX_CANNED))
    return [canned_answer_shown(row) for row in rows]


@routes.put("/v1/canned-answers/{code}", summary="Write a prepared answer")
async def write_canned_answer(
    code: Code,
    body: CannedAnswerBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> CannedAnswerShown:
    """A version is added where it says something else than the newest one."""
    written = CannedAnswer(body.title, body.text, body.department, body.is_offered)
    row = await command.write_canned_answer(services, caller, command_id, code, written)
    return canned_answer_shown(row)
