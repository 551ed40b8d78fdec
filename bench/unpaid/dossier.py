"""A dossier of two hundred papers of a hundred megabytes: how long it takes, and what it holds."""

import time
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.dossier.archive import archived, signed, unsigned
from domain.dossier.dossier import Dossier, Event, Export, Paper
from domain.dossier.files import Issue, Listed
from domain.dossier.table import Column, Fact, Kind

PAPERS = 200
PIECE = 1 << 20
EACH = PIECE // 2
AT = datetime(2026, 11, 30, 9, tzinfo=UTC)


@dataclass(frozen=True)
class DossierFigures:
    """Seconds of processor time and the bytes of the archive; the most that was held at once."""

    seconds: float
    archive_bytes: int
    peak_bytes: int


async def measure_dossier() -> DossierFigures:
    """Built twice: for the time, then for the memory, since counting memory takes time."""
    began = time.process_time()
    size = await _built()
    seconds = time.process_time() - began
    tracemalloc.start()
    try:
        await _built()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return DossierFigures(seconds, size, peak)


async def _built() -> int:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    known = {sha256(_content(number)).hexdigest(): number for number in range(PAPERS)}
    papers = [_paper(digest, number) for digest, number in known.items()]

    async def content(paper: Listed) -> AsyncIterator[bytes]:
        yield _content(known[paper.sha256])

    dossier = Dossier(
        "dispute-2026-7-1",
        "Спор № 1 по счёту 2026-7",
        [Fact(Column("client", Kind.PERSON), "Анна Ким")],
        [],
        papers,
        [Event(AT, "Открыт", "kim")],
    )
    public = key.public_key().public_bytes_raw().hex()
    issue = Issue(Export.FULL, 1, dossier.as_of, None, "0123456789abcdef", public)
    archive = signed(unsigned(dossier, b"%PDF"), dossier.id, issue, key.sign)
    size = 0
    async for piece in archived(archive, content):
        size += len(piece)
    return size


def _content(number: int) -> bytes:
    return number.to_bytes(4, "big") * (EACH // 4)


def _paper(digest: str, number: int) -> Paper:
    name = f"Снимок {number}.png"
    return Paper("screenshots", name, digest, EACH, "client", "оплата", "kim", AT)
