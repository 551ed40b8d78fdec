"""The files of a dossier that are made of what it says."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from domain.dossier.dossier import Dossier, Event, Export, Paper
from domain.dossier.table import told

MAX_NAME_LENGTH: Final = 80


@dataclass(frozen=True)
class Listed:
    """A file of the archive."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Issue:
    """Which dossier of its chain it is; `previous` is the digest of the manifest before it, None of
    the first one. The keys are public, in hex.
    """

    export: Export
    number: int
    as_of: datetime
    previous: str | None
    key_id: str
    public_key: str


def paths_of(papers: Sequence[Paper]) -> list[str | None]:
    """`evidence/NN-kind-name` of each paper, in their order; None of one that is left out. No name
    leads out of the folder.
    """
    width = max(2, len(str(len(papers))))
    return [
        None
        if one.left_out
        else f"evidence/{number:0{width}}-{_word(one.kind)}-{_word(one.name, MAX_NAME_LENGTH)}"
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
                _paper(path, one) for path, one in zip(paths, dossier.papers, strict=True)
            ],
        }
    )


def records(dossier: Dossier) -> bytes:
    """`records.json`: the head and the tables."""
    return _json({"dossier": dossier.id, **told(dossier.facts, dossier.tables)})


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
            "is_checked_by_a_lawyer": counted.is_checked,
        }
    )


def manifest(dossier_id: str, issue: Issue, files: Sequence[Listed]) -> bytes:
    """`manifest.json`: every other file but the sums and the signature, by path."""
    return _json(
        {
            "dossier": dossier_id,
            "export": issue.export,
            "number": issue.number,
            "as_of": issue.as_of.isoformat(),
            "previous": issue.previous,
            "key_id": issue.key_id,
            "public_key": issue.public_key,
            "files": [
                {"path": one.path, "size": one.size_bytes, "sha256": one.sha256} for one in files
            ],
        }
    )


def sums(files: Sequence[Listed]) -> bytes:
    """`SHA256SUMS`, as `sha256sum --check` reads it."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in files).encode()


def digest_of(files: Sequence[Listed]) -> str:
    """One digest of all files, their names among them: what is the same has the same."""
    return sha256(sums(files)).hexdigest()


def listed(files: Mapping[str, bytes]) -> list[Listed]:
    """Files that are in memory."""
    return [
        Listed(path, len(content), sha256(content).hexdigest()) for path, content in files.items()
    ]


def path_of(file: Listed) -> str:
    """By which files are sorted."""
    return file.path


def _paper(path: str | None, one: Paper) -> dict[str, Any]:
    return {
        "path": path,
        "left_out": one.left_out,
        "sha256": one.sha256,
        "masked_copy_of": one.original,
        "is_superseded": one.is_superseded,
        "kind": one.kind,
        "name": one.name,
        "source": one.source,
        "about": one.about,
        "by": one.by,
        "at": one.at.isoformat(),
        "note": one.note,
    }


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
