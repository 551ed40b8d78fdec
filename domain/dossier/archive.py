"""A dossier as one ZIP, written piece by piece: the same dossier always gives the same bytes.

Nothing is compressed, since compressors differ; names are sorted and times are fixed.
"""

import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from domain.dossier.dossier import Dossier
from domain.dossier.files import (
    Issue,
    Listed,
    calculation,
    listed,
    manifest,
    path_of,
    paths_of,
    records,
    sums,
    timeline,
)

VERIFY: Final = Path(__file__).with_name("verify.py").read_bytes()
"""What checks a dossier, with Python and nothing else."""
MANIFEST: Final = "manifest.json"
FIXED_TIME: Final = (2020, 1, 1, 0, 0, 0)
READABLE: Final = 0o644 << 16
UNIX: Final = 3
SMALL_AT_ONCE: Final = 1 << 20
"""Bytes of files in memory after which they are given out."""

Contents = Callable[[Listed], AsyncIterator[bytes]]
"""The content of a paper, in pieces."""
Sign = Callable[[bytes], bytes]


class PaperChanged(Exception):  # noqa: N818  the name says what is the matter
    """A paper's content is not what its row says; the archive must not be taken for whole."""


@dataclass(frozen=True)
class Archive:
    """The files of a dossier: those in memory, and papers that the store of files has."""

    small: Mapping[str, bytes]
    papers: Sequence[Listed]

    @property
    def files(self) -> list[Listed]:
        """All by their path."""
        return sorted([*listed(self.small), *self.papers], key=path_of)

    @property
    def size_bytes(self) -> int:
        """Of all contents together."""
        return sum(one.size_bytes for one in self.files)


def unsigned(dossier: Dossier, pdf: bytes) -> Archive:
    """What a dossier says, whichever of its chain it is."""
    paths = paths_of(dossier.papers)
    papers = [
        (path, one) for path, one in zip(paths, dossier.papers, strict=True) if path is not None
    ]
    small = {
        "calculation.json": calculation(dossier),
        "dossier.pdf": pdf,
        "records.json": records(dossier),
        "timeline.json": timeline(dossier),
        "verify.py": VERIFY,
        **{path: one.content for path, one in papers if one.content is not None},
    }
    stored = [
        Listed(path, one.size_bytes, one.sha256) for path, one in papers if one.content is None
    ]
    return Archive(small, stored)


def signed(archive: Archive, dossier_id: str, issue: Issue, sign: Sign) -> Archive:
    """The same with its manifest, its sums and its signature."""
    told = manifest(dossier_id, issue, archive.files)
    with_manifest = Archive({**archive.small, MANIFEST: told}, archive.papers)
    small = {
        **with_manifest.small,
        "SHA256SUMS": sums(with_manifest.files),
        "manifest.sig": sign(told).hex().encode() + b"\n",
    }
    return Archive(small, archive.papers)


async def archived(archive: Archive, contents: Contents) -> AsyncIterator[bytes]:
    """The ZIP, in pieces; needs memory for one piece, whatever the papers' size.

    Raises `PaperChanged` for a paper that is not as it was.
    """
    papers = {one.path: one for one in archive.papers}
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as written:
        for path in sorted([*archive.small, *papers]):
            with written.open(_entry(path), "w") as entry:
                if path in papers:
                    async for piece in _checked(papers[path], contents):
                        entry.write(piece)
                        yield sink.taken()
                else:
                    entry.write(archive.small[path])
            if len(sink) > SMALL_AT_ONCE:
                yield sink.taken()
    yield sink.taken()


async def _checked(paper: Listed, contents: Contents) -> AsyncIterator[bytes]:
    digest, size = sha256(), 0
    async for piece in contents(paper):
        digest.update(piece)
        size += len(piece)
        yield piece
    if (size, digest.hexdigest()) != (paper.size_bytes, paper.sha256):
        raise PaperChanged(paper.sha256)


def _entry(path: str) -> ZipInfo:
    """The head of a file, without anything that another machine or moment would change."""
    entry = ZipInfo(path, FIXED_TIME)
    entry.create_system, entry.external_attr = UNIX, READABLE
    return entry


class _Sink(io.RawIOBase):
    """Where an archive is written to and taken away from; nothing goes back."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def __len__(self) -> int:
        return len(self._written)

    def write(self, piece: object) -> int:
        """Keeps a piece until it is taken."""
        kept = bytes(piece)  # type: ignore[call-overload]
        self._written += kept
        return len(kept)

    def taken(self) -> bytes:
        """What was written since."""
        found = bytes(self._written)
        self._written.clear()
        return found
