"""What a dossier is made of: papers, a timeline, a calculation, and what is told of them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

MAX_NAME_LENGTH: Final = 80


class Export(StrEnum):
    """For whom a dossier is: ours with everything, or for the other side."""

    FULL = "full"
    REDACTED = "redacted"


@dataclass(frozen=True)
class Paper:
    """A paper: `kind` is the word of its kind, `sha256` of its content. `is_ours`: only we read it;
    the other side does not hear of it.
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


@dataclass(frozen=True)
class Event:
    """Something that happened (UTC). `is_ours`: only we read it."""

    at: datetime
    title: str
    by: str
    text: str | None = None
    is_ours: bool = False


@dataclass(frozen=True)
class Counted:
    """A calculation: what it was made of, its lines, and the rows of the law that it used."""

    inputs: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]
    rules: Sequence[Mapping[str, Any]]
    total_kopecks: int


@dataclass(frozen=True)
class Dossier:
    """What is known of a dispute at its last event. `facts` are its head, label and value.

    `previous` is the SHA-256 of the manifest of the dossier before it; None for the first one.
    """

    id: str
    title: str
    facts: Sequence[tuple[str, str]]
    papers: Sequence[Paper]
    events: Sequence[Event]
    calculation: Counted | None = None
    previous: str | None = None


@dataclass(frozen=True)
class Listed:
    """A file of the archive."""

    path: str
    size_bytes: int
    sha256: str


def redacted(dossier: Dossier, own: frozenset[str]) -> Dossier:
    """The same for the other side: without what only we read, and without our people's names.

    `own` are the logins of the other side, which it knows.
    """
    return Dossier(
        dossier.id,
        dossier.title,
        dossier.facts,
        [
            Paper(**{**vars(one), "by": _side(one.by, own), "note": None})
            for one in dossier.papers
            if not one.is_ours
        ],
        [
            Event(one.at, one.title, _side(one.by, own), one.text)
            for one in dossier.events
            if not one.is_ours
        ],
        dossier.calculation,
        dossier.previous,
    )


def paths_of(papers: Sequence[Paper]) -> list[str]:
    """`evidence/NN-kind-name` of each paper, in their order; no name leads out of the folder."""
    width = max(2, len(str(len(papers))))
    return [
        f"evidence/{number:0{width}}-{_word(one.kind)}-{_word(one.name, MAX_NAME_LENGTH)}"
        for number, one in enumerate(papers, start=1)
    ]


def timeline(dossier: Dossier) -> bytes:
    """`timeline.json`: events in order, and what is said of each paper."""
    paths = paths_of(dossier.papers)
    return _json(
        {
            "dossier": dossier.id,
            "events": [
                {"at": one.at.isoformat(), "title": one.title, "by": one.by, "text": one.text}
                for one in sorted(dossier.events, key=_when)
            ],
            "evidence": [
                {
                    "path": path,
                    "kind": one.kind,
                    "name": one.name,
                    "source": one.source,
                    "about": one.about,
                    "by": one.by,
                    "at": one.at.isoformat(),
                    "note": one.note,
                }
                for path, one in zip(paths, dossier.papers, strict=True)
            ],
        }
    )


def calculation(dossier: Dossier) -> bytes:
    """`calculation.json`: inputs, lines with their rules, the rows of the law; null without one."""
    counted = dossier.calculation
    if counted is None:
        return _json(None)
    return _json(
        {
            "inputs": counted.inputs,
            "lines": list(counted.lines),
            "rules": list(counted.rules),
            "total_kopecks": counted.total_kopecks,
        }
    )


def manifest(dossier: Dossier, export: Export, files: Sequence[Listed], public_key: str) -> bytes:
    """`manifest.json`: every other file but the sums and the signature, by path."""
    return _json(
        {
            "dossier": dossier.id,
            "export": export,
            "previous": dossier.previous,
            "public_key": public_key,
            "files": [
                {"path": one.path, "size": one.size_bytes, "sha256": one.sha256} for one in files
            ],
        }
    )


def sums(files: Sequence[Listed]) -> bytes:
    """`SHA256SUMS`, as `sha256sum --check` reads it."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in files).encode()


def listed(path: str, content: bytes) -> Listed:
    """A file that is in memory."""
    return Listed(path, len(content), sha256(content).hexdigest())


def _side(login: str, own: frozenset[str]) -> str:
    return login if login in own else "company"


def _when(event: Event) -> datetime:
    return event.at


def _word(text: str, at_most: int = 40) -> str:
    """A part of a path that every system keeps: letters, digits, a dot for the ending."""
    stem, dot, ending = text.rpartition(".")
    parts = (stem, ending) if dot else (ending, "")
    plain = [re.sub(r"[^0-9A-Za-zА-Яа-яЁё]+", "-", one).strip("-") for one in parts]
    kept = plain[0][:at_most] or "file"
    return f"{kept}.{plain[1][:10]}" if plain[1] else kept


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
