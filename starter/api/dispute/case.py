"""The id of a dispute, as every route about it has it."""

from typing import Annotated

from fastapi import Depends, Path

from db.dispute.reads import DisputeRow
from starter.api.http.asked import Asked, AskingDep
from starter.presentation.dispute.dispute import DisputeShown, dispute_shown

DISPUTE_PATTERN = r"^dispute-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$"

DisputeId = Annotated[
    str,
    Path(
        pattern=DISPUTE_PATTERN,
        description="The dispute's id: `dispute-<order>-<number>`.",
        examples=["dispute-2026-000117-1"],
    ),
]


class _Asked(Asked[DisputeRow, DisputeShown]):
    def __init__(self, dispute_id: DisputeId, asking: AskingDep) -> None:
        super().__init__(dispute_id, asking)

    async def _shown(self, result: DisputeRow) -> DisputeShown:
        return dispute_shown(result, self.asking.caller, self.asking.language)


AskedOfDispute = Annotated[_Asked, Depends(_Asked)]
"""What every handler of a command about a dispute takes."""
