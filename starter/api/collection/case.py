"""The id of an unpaid order's case, as every route about it has it."""

from typing import Annotated

from fastapi import Depends, Path

from db.collection.reads import CollectionRow
from starter.api.http.asked import Asked, AskingDep
from starter.presentation.collection.collection import CollectionShown, collection_shown

CollectionId = Annotated[
    str,
    Path(
        pattern=r"^collection-[A-Za-z0-9-]{1,40}$",
        description="The case's id: `collection-<invoice>`.",
        examples=["collection-2026-000117"],
    ),
]


class _Asked(Asked[CollectionRow, CollectionShown]):
    def __init__(self, collection_id: CollectionId, asking: AskingDep) -> None:
        super().__init__(collection_id, asking)

    async def _shown(self, result: CollectionRow) -> CollectionShown:
        return collection_shown(result, self.asking.caller, self.asking.language)


AskedOfCollection = Annotated[_Asked, Depends(_Asked)]
"""What every handler of a command about an unpaid order takes."""
