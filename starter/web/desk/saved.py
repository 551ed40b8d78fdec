"""Lists of the desk as files and on paper: under their filter, with the filter in the head."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from starter.presentation.table_file import Cell, FileKind, table_file
from texts import Language, moment, translate

FILE_ROWS = 10_000
"""Rows of a file; one that leaves more out says so in its last line."""

RowT = TypeVar("RowT")

FileAsked = Annotated[FileKind | None, Query(alias="file")]
"""Asks a list for a file in place of its page; the list's own roles may."""


@dataclass(frozen=True)
class FileColumn(Generic[RowT]):
    """A column of a file: the key of its title, and its cell of a row."""

    title: str
    value: Callable[[RowT, Language], Cell]


@dataclass(frozen=True)
class Saved:
    """A list as it is saved and printed: under which filter, and where its files are. `path` and
    `query` are its own address.
    """

    filter: str
    files: Mapping[FileKind, str]
    path: str
    query: str


@dataclass(frozen=True)
class SavedList(Generic[RowT]):
    """A list that files are made of: its address, the key of its title, its columns."""

    path: str
    title: str
    columns: Sequence[FileColumn[RowT]]

    def saved(self, words: str, **narrowed: object) -> Saved:
        """What its page shows; `words` tell the filter, `narrowed` is the filter in the address."""
        asked = {name: value for name, value in narrowed.items() if value}
        return Saved(
            words,
            {kind: f"{self.path}?{urlencode({**asked, 'file': kind})}" for kind in FileKind},
            self.path,
            urlencode(asked),
        )

    async def file(
        self, language: Language, kind: FileKind, words: str, rows: Sequence[RowT]
    ) -> Response:
        """The file of `rows`, of which there is one more than `FILE_ROWS` where more are left."""
        now = datetime.now(UTC)
        head = translate(
            "page.desk.file.head",
            language,
            what=translate(self.title, language),
            filter=words,
            at=moment(now, language),
        )
        titles = [translate(column.title, language) for column in self.columns]
        lines: list[Sequence[Cell]] = [
            [column.value(row, language) for column in self.columns] for row in rows[:FILE_ROWS]
        ]
        if len(rows) > FILE_ROWS:
            lines.append([translate("page.desk.file.limit", language, n=FILE_ROWS)])
        # thousands of lines take a while, and others wait for their pages
        content = await asyncio.to_thread(table_file, kind, head, titles, lines)
        name = f"{self.path.removeprefix('/desk').strip('/').replace('/', '-') or 'queue'}.{kind}"
        return Response(
            content,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
            media_type=kind.media_type,
        )


def roubles_in_cell(kopecks: int | None) -> Decimal | None:
    """A sum as tables have it."""
    return None if kopecks is None else Decimal(kopecks).scaleb(-2)
