"""What every route about a refund case has: its id, its link, a command and the answer to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Concatenate, ParamSpec
from uuid import UUID

from fastapi import Depends, Path

from domain.refund.refund import TransitionResult
from starter.api.http import links
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep
from starter.caller import Caller
from starter.commands.refusal import LookAt, Noun
from starter.commands.services import Services
from starter.presentation.refund.state import CaseState, state_of
from texts import Language

SaidP = ParamSpec("SaidP")

RefundId = Annotated[
    str,
    Path(
        pattern=r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$",
        description="The case's id: `refund-<invoice number>-<n>`.",
        examples=["refund-2026-000117-1"],
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""


def link_to(refund_id: str) -> str:
    """The path of a case."""
    return links.link_to(LookAt(Noun.REFUND, refund_id))


@dataclass(frozen=True)
class AskedOfCase:
    """A request to change a case: of which case, by whom, under which command's id."""

    refund_id: str
    services: Services
    caller: Caller
    command_id: UUID
    language: Language

    async def by(
        self,
        command: Callable[
            Concatenate[Services, Caller, UUID, str, SaidP], Awaitable[TransitionResult]
        ],
        *said: SaidP.args,
        **named: SaidP.kwargs,
    ) -> CaseState:
        """Calls the command with what was said, and answers the state that the case is in then."""
        result = await command(
            self.services, self.caller, self.command_id, self.refund_id, *said, **named
        )
        return state_of(self.refund_id, result, self.language, self.caller.role)


async def _asked(
    refund_id: RefundId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> AskedOfCase:
    return AskedOfCase(refund_id, services, caller, command_id, language)


AskedOfCaseDep = Annotated[AskedOfCase, Depends(_asked)]
"""What every handler of a command about a case takes."""
