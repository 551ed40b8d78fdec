"""Lists of which one of a few choices is shown, as pages and as files."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.responses import Response

from db.query import Query
from starter.presentation.table_file import FileKind
from starter.web.desk.saved import FILE_ROWS, SavedList
from starter.web.http.paging import seen_message
from starter.web.http.visit import Visit
from texts import Language

RowT = TypeVar("RowT")
ChosenT = TypeVar("ChosenT")


@dataclass(frozen=True)
class ListByChoice(Generic[RowT, ChosenT]):
    """A list, by which of its rows are chosen. `listed` reads them (how many, after which, which),
    `mark` is a row's place for the next page, `words` and `asked` tell the choice to people and in
    the address.
    """

    saved: SavedList[RowT]
    template: str
    shown: int
    listed: Callable[[int, Any, ChosenT], Query[RowT]]
    mark: Callable[[RowT], str]
    words: Callable[[ChosenT, Language], str]
    asked: Callable[[ChosenT], dict[str, str]]

    async def answer(
        self, visit: Visit, chosen: ChosenT, after: str | None, file: FileKind | None, **more: Any
    ) -> Response:
        """The page of the list, or its file."""
        words = self.words(chosen, visit.language)
        if file is not None:
            whole = await visit.database.rows(self.listed(FILE_ROWS + 1, None, chosen))
            return await self.saved.file(visit.language, file, words, whole)
        rows = await visit.database.rows(self.listed(self.shown + 1, seen_message(after), chosen))
        asked = self.asked(chosen)
        return visit.page(
            self.template,
            rows=rows[: self.shown],
            chosen=chosen,
            asked=asked,
            saved=self.saved.saved(words, **asked),
            following=self.mark(rows[self.shown - 1]) if len(rows) > self.shown else None,
            **more,
        )
