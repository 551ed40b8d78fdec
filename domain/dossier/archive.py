"""A dossier as one ZIP, written piece by piece: the same dossier always gives the same bytes.

Nothing is compressed, since compressors differ; names are sorted and times are fixed.
"""

import io
from collections.abc import AsyncIterator, Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from domain.dossier.dossier import (
    Dossier,
    Export,
    Listed,
    Paper,
    calculation,
    listed,
    manifest,
    paths_of,
    sums,
    timeline,
)

VERIFY: Final = Path(__file__).with_name("verify.py").read_bytes()
"""What checks a dossier, with Python and nothing else."""
FIXED_TIME: Final = (2020, 1, 1, 0, 0, 0)
READABLE: Final = 0o644 << 16
UNIX: Final = 3

Contents = Callable[[Paper], AsyncIterator[bytes]]
"""The content of a paper, in pieces."""
Sign = Callable[[bytes], bytes]


class PaperChanged(Exception):  # noqa: N818  the name says what is the matter
    """A paper's content is not what its row says; the archive must not be taken for whole."""


async def archived(
    dossier: Dossier, export: Export, pdf: bytes, contents: Contents, sign: Sign, public_key: str
) -> AsyncIterator[bytes]:
    """The archive, in pieces; needs memory for one piece, whatever the papers' size.

    Raises `PaperChanged` for a paper that is not as it was.
    """
    small = {
        "calculation.json": calculation(dossier),
        "dossier.pdf": pdf,
        "timeline.json": timeline(dossier),
        "verify.py": VERIFY,
    }
    papers = dict(zip(paths_of(dossier.papers), dossier.papers, strict=True))
    told = manifest(dossier, export, _files(small, papers), public_key)
    small["manifest.json"] = told
    small["SHA256SUMS"] = sums(_files(small, papers))
    small["manifest.sig"] = sign(told).hex().encode() + b"\n"
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for path in sorted([*small, *papers]):
            with archive.open(_entry(path), "w") as entry:
                if path in small:
                    entry.write(small[path])
                    continue
                async for piece in _checked(papers[path], contents):
                    entry.write(piece)
                    yield sink.taken()
    yield sink.taken()


async def _checked(paper: Paper, contents: Contents) -> AsyncIterator[bytes]:
    digest, size = sha256(), 0
    async for piece in contents(paper):
        digest.update(piece)
        size += len(piece)
        yield piece
    if (size, digest.hexdigest()) != (paper.size_bytes, paper.sha256):
        raise PaperChanged(paper.sha256)


def _files(small: dict[str, bytes], papers: dict[str, Paper]) -> Sequence[Listed]:
    """All files by their path."""
    found = [listed(path, content) for path, content in small.items()]
    found += [Listed(path, one.size_bytes, one.sha256) for path, one in papers.items()]
    return sorted(found, key=_path_of)


def _path_of(file: Listed) -> str:
    return file.path


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
