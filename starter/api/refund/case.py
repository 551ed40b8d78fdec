"""What every route about a refund case has: its id, its link, a command and the answer to it."""

from typing import Annotated

from fastapi import Depends, Path

from domain.refund.refund import TransitionResult
from starter.api.http import links
from starter.api.http.asked import Asked, AskingDep
from starter.commands.refusal import LookAt, Noun
from starter.presentation.refund.state import CaseState, state_of

RefundId = Annotated[
    str,
    Path(
        pattern=r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$",
        description="The case's id: `refund-<invoice number>-<n>`.",
        examples=["refund-2026-000117-1"],
    ),
]


def link_to(refund_id: str) -> str:
    """The path of a case."""
    return links.link_to(LookAt(Noun.REFUND, refund_id))


class _Asked(Asked[TransitionResult, CaseState]):
    def __init__(self, refund_id: RefundId, asking: AskingDep) -> None:
        super().__init__(refund_id, asking)

    async def _shown(self, result: TransitionResult) -> CaseState:
        return state_of(self.case_id, result, self.asking.language, self.asking.caller.role)


AskedOfCase = Annotated[_Asked, Depends(_Asked)]
"""What every handler of a command about a case takes."""
