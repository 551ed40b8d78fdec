"""Lists whose rows are decided where they stand, each with a reason."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, TypeVar
from uuid import UUID

from starlette.responses import Response

from db.query import Query
from starter.access import roles_of
from starter.presentation.table_file import FileKind
from starter.web.desk.saved import FILE_ROWS, SavedList
from starter.web.http.deed import done, needed
from starter.web.http.forms import Form
from starter.web.http.paging import seen_message
from starter.web.http.visit import Visit
from texts import Language

RowT = TypeVar("RowT")
ChosenT = TypeVar("ChosenT")


@dataclass(frozen=True)
class ListInPlace(Generic[RowT, ChosenT]):
    """A list, by which of its rows are chosen. `listed` reads them (how many, after which, which),
    `mark` is a row's place for the next page, `words` and `asked` tell the choice to people and in
    the address; `undecided` is the choice that waits for `operation`, whose rows leave it by that.
    """

    saved: SavedList[RowT]
    template: str
    operation: str
    shown: int
    listed: Callable[[int, Any, ChosenT], Query[RowT]]
    mark: Callable[[RowT], str]
    words: Callable[[ChosenT, Language], str]
    asked: Callable[[ChosenT], dict[str, str]]
    undecided: ChosenT

    async def answer(
        self, visit: Visit, chosen: ChosenT, after: str | None, file: FileKind | None, **more: Any
    ) -> Response:
        """The page of the list, or its file."""
        if file is None:
            return await self._page(visit, chosen, after=after, **more)
        whole = await visit.database.rows(self.listed(FILE_ROWS + 1, None, chosen))
        return await self.saved.file(
            visit.language, file, self.words(chosen, visit.language), whole
        )

    async def decide(
        self, visit: Visit, row_id: UUID, command: Callable[..., Awaitable[object]], **more: Any
    ) -> Response:
        """Leads to those that still wait; without a reason, or refused, the list as it is now."""

        async def deed() -> None:
            reason = needed(visit.form, f"reason-{row_id}")
            await command(visit.services, visit.caller, visit.command_id, row_id, reason)

        async def page(form: Form, status: int) -> Response:
            return await self._page(visit, self.undecided, form, status, **more)

        return await done(visit, deed(), self.saved.path, page)

    async def _page(
        self,
        visit: Visit,
        chosen: ChosenT,
        form: Form | None = None,
        status: int = HTTPStatus.OK,
        *,
        after: str | None = None,
        **more: Any,
    ) -> Response:
        rows = await visit.database.rows(self.listed(self.shown + 1, seen_message(after), chosen))
        asked = self.asked(chosen)
        return visit.page(
            self.template,
            status=status,
            form=form,
            here="" if form is None else self.saved.path,
            rows=rows[: self.shown],
            chosen=chosen,
            asked=asked,
            saved=self.saved.saved(self.words(chosen, visit.language), **asked),
            may_decide=visit.caller.role in roles_of(self.operation),
            following=self.mark(rows[self.shown - 1]) if len(rows) > self.shown else None,
            **more,
        )
