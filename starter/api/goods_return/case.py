"""The id of a return, as every route about it has it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path
from pydantic import Field

from db.goods_return.reads import GoodsReturnRow
from domain.file.file import MAX_FILES
from starter.api.http.asked import Asked, AskingDep
from starter.presentation.goods_return.goods_return import GoodsReturnShown, goods_return_in_full

ReturnId = Annotated[
    str,
    Path(
        pattern=r"^return-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$",
        description="The return's id: `return-<invoice>-<n>`.",
        examples=["return-2026-000117-1"],
    ),
]
Photos = Annotated[
    tuple[Annotated[UUID, Field(strict=False)], ...],
    Field(
        max_length=MAX_FILES,
        strict=False,
        description="Ids of pictures that were handed in by `POST /v1/files`.",
    ),
]


class _Asked(Asked[GoodsReturnRow, GoodsReturnShown]):
    def __init__(self, return_id: ReturnId, asking: AskingDep) -> None:
        super().__init__(return_id, asking)

    async def _shown(self, result: GoodsReturnRow) -> GoodsReturnShown:
        return await goods_return_in_full(
            self.asking.services.database, self.asking.caller, result.id, self.asking.language
        )


AskedOfReturn = Annotated[_Asked, Depends(_Asked)]
"""What every handler of a command about a return takes."""
