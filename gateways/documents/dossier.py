"""The first paper of a dossier as PDF/A: facts, events, tables, the calculation, the papers."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from domain.access.roles import SYSTEM
from domain.dossier.dossier import Dossier, Event, Paper
from domain.dossier.files import paths_of
from domain.dossier.table import MAX_ROWS, Column, Kind, Table, Value
from gateways.documents.printing import Template, breakable
from texts import Language, day, moment, rubles, translate

LANGUAGE: Language = "ru"
"""Of the paper: courts here read Russian."""
WIDTHS = {
    Kind.WORDS: 3,
    Kind.SAID: 5,
    Kind.PERSON: 4,
    Kind.REQUISITES: 4,
    Kind.NUMBER: 1,
    Kind.KOPECKS: 3,
    Kind.MOMENT: 3,
    Kind.DAY: 3,
    Kind.CODE: 4,
}
"""Shares of a table's width."""

_BREAKS = re.compile(r"([-/_.@:])(?=\w)")
_LONG = re.compile(r"(\w{10})(?=\w)")


def dossier_pdf(dossier: Dossier) -> bytes:
    """The PDF/A-2b of a dossier, dated by its last event; the same dossier gives the same bytes.

    Takes tens of milliseconds of one core, with hundreds of papers some seconds: call it outside
    the event loop.
    """
    return _DOSSIER.pdf(_shown(dossier), keep=False, kept_at=dossier.as_of.replace(microsecond=0))


def _shown(dossier: Dossier) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    paths = paths_of(dossier.papers)
    counted = dossier.calculation
    return {
        "title": breakable(dossier.title),
        "as_of": moment(dossier.as_of),
        "facts": [
            {"label": _title(one.column), "value": breakable(_words(one.column, one.value))}
            for one in dossier.facts
            if one.value is not None
        ],
        "events": [_event(one) for one in sorted(dossier.events, key=lambda event: event.at)],
        "tables": [_table(one) for one in dossier.tables if one.rows],
        "papers": [_paper(path, one) for path, one in zip(paths, dossier.papers, strict=True)],
        "total": None if counted is None else rubles(counted.total_kopecks),
        "lines": [] if counted is None else [_lines_of(one) for one in counted.lines],
        "rules": [] if counted is None else [breakable(str(one["words"])) for one in counted.rules],
        "unchecked": ""
        if counted is None or counted.is_checked
        else translate("compensation.unchecked", LANGUAGE),
    }


def _lines_of(line: Any) -> dict[str, str]:
    shown = {name: breakable(str(line[name])) for name in ("title", "period", "words", "numbers")}
    rows = ", ".join(map(str, line["rate_rows"]))
    used = translate("page.calculator.rate_rows", LANGUAGE, rows=rows) if rows else ""
    return {**shown, "used": used}


def _who(login: str) -> str:
    return translate("role.system", LANGUAGE) if login == SYSTEM else breakable(login)


def _event(one: Event) -> dict[str, Any]:
    return {
        "at": moment(one.at),
        "title": breakable(one.title),
        "by": _who(one.by),
        "lines": breakable(one.text).split("\n") if one.text else [],
    }


def _paper(path: str | None, one: Paper) -> dict[str, str]:
    about = one.about
    if one.is_superseded:
        about += f" ({translate('page.dispute.superseded', LANGUAGE)})"
    if one.original is not None:
        about += f" ({translate('dossier.masked_copy', LANGUAGE, sha256=one.original)})"
    left_out = "" if one.left_out is None else translate(f"dossier.left_out.{one.left_out}")
    return {
        "path": breakable(path or one.name),
        "left_out": left_out,
        "about": breakable(about),
        "by": _who(one.by),
        "at": moment(one.at),
        "sha256": breakable(one.sha256),
    }


def _table(table: Table) -> dict[str, Any]:
    cut = translate("dossier.cut", LANGUAGE, rows=MAX_ROWS) if table.is_cut else ""
    return {
        "title": translate(f"dossier.table.{table.name}", LANGUAGE),
        "heads": [_title(one) for one in table.columns],
        "widths": [WIDTHS[one.kind] for one in table.columns],
        "rows": [_row(table.columns, row) for row in table.shown],
        "cut": cut,
    }


def _row(columns: Sequence[Column], row: Sequence[Value]) -> list[str]:
    return [_narrow(_words(column, value)) for column, value in zip(columns, row, strict=True)]


def _title(column: Column) -> str:
    return translate(f"dossier.column.{column.name}", LANGUAGE)


def _words(column: Column, value: Value) -> str:
    """A cell as people read it; a dash where there is nothing."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int):
        return rubles(value) if column.kind is Kind.KOPECKS else str(value)
    if column.kind is Kind.CODE:
        return translate(f"{column.prefix}.{value}", LANGUAGE)
    return value


def _narrow(text: str) -> str:
    """The text with possible line breaks for a narrow column."""
    return _LONG.sub("\\1\u200b", _BREAKS.sub("\\1\u200b", text))


_DOSSIER = Template("dossier.typ")
