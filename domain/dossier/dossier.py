"""What a dossier is made of: facts, tables, papers, events and a calculation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from domain.dossier.masking import masked_content, masked_text
from domain.dossier.table import Fact, Table, redacted_facts, redacted_tables

SideOf = Callable[[str], str]
"""Which side a login is of, in words."""


class Export(StrEnum):
    """For whom a dossier is: ours with everything, or for the other side."""

    FULL = "full"
    REDACTED = "redacted"


class LeftOut(StrEnum):
    """Why the content of a paper is not in the archive; the dossier names the paper still."""

    RECEIVED = "received"
    QUARANTINED = "quarantined"
    UNSCANNABLE = "unscannable"
    ERASED = "erased"


@dataclass(frozen=True)
class Printed:
    """What a paper of ours was printed by beside its rows: `about` is a key of the texts."""

    about: str
    invoice_number: str
    made_on: date


@dataclass(frozen=True)
class Paper:
    """A paper: `kind` is the word of its kind, `sha256` of its content. `is_ours`: only we read it;
    the other side does not hear of it.

    `content` is that of one that is in memory; of any other the store of files has it. A masked
    copy has the digest of its `original`. One that the system made of rows is `printed` by them.
    """

    kind: str
    name: str
    sha256: str
    size_bytes: int
    source: str
    about: str
    by: str
    at: datetime
    is_ours: bool = False
    note: str | None = None
    left_out: LeftOut | None = None
    is_superseded: bool = False
    content: bytes | None = None
    original: str | None = None
    printed: Printed | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened (UTC). `is_ours`: only we read it; `is_text_ours`: what is said of
    it.
    """

    at: datetime
    title: str
    by: str
    text: str | None = None
    is_ours: bool = False
    is_text_ours: bool = False


@dataclass(frozen=True)
class Counted:
    """A calculation: what it was made of, its lines, and the rows of the law that it used.

    A line's `words` and `numbers` are its formula for people. `is_checked`: a lawyer has compared
    every row with the law.
    """

    inputs: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]
    rules: Sequence[Mapping[str, Any]]
    total_kopecks: int
    is_checked: bool = False


@dataclass(frozen=True)
class Dossier:
    """What is known of a matter at its last event, the instant that the dossier is of."""

    id: str
    title: str
    facts: Sequence[Fact]
    tables: Sequence[Table]
    papers: Sequence[Paper]
    events: Sequence[Event]
    calculation: Counted | None = None

    @property
    def as_of(self) -> datetime:
        """The instant (UTC) of the last event or paper."""
        return max([one.at for one in self.events] + [one.at for one in self.papers])


def redacted(dossier: Dossier, side_of: SideOf) -> Dossier:
    """The same for the other side: without what only we read, with personal data and requisites
    masked, and with the side that somebody is of in the place of a login.
    """
    return replace(
        dossier,
        facts=redacted_facts(dossier.facts),
        tables=redacted_tables(dossier.tables),
        papers=[_paper(one, side_of) for one in dossier.papers if not one.is_ours],
        events=[
            replace(one, by=side_of(one.by), text=_said(None if one.is_text_ours else one.text))
            for one in dossier.events
            if not one.is_ours
        ],
    )


def _paper(paper: Paper, side_of: SideOf) -> Paper:
    shown = replace(
        paper,
        name=masked_text(paper.name),
        by=side_of(paper.by),
        note=None,
        about=masked_text(paper.about),
    )
    if paper.content is None:
        return shown
    content = masked_content(paper.content)
    if content == paper.content:
        return shown
    return replace(
        shown,
        content=content,
        sha256=sha256(content).hexdigest(),
        size_bytes=len(content),
        original=paper.sha256,
    )


def _said(text: str | None) -> str | None:
    return None if text is None else masked_text(text)
