"""Dossiers of disputes and unpaid orders: make, list, save, and the public keys."""

import argparse
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from db.collection import reads as collections
from db.dispute import reads as disputes
from db.dossier import store
from db.dossier.store import DossierRow
from domain.access.roles import Role
from domain.dossier.dossier import Export
from domain.text import one_line
from settings import Settings
from starter.caller import Caller
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.cli.services import services_of
from starter.commands.dossier import make
from starter.commands.services import Services
from starter.presentation.dossier.dossier import dossiers_of, given

LISTED = 100
"""The newest dossiers of a case that are listed."""
DISPUTE = "dispute-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is done, with which case or dossier, by whom."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    making = deeds.add_parser("make", help="make the dossier of a case as it is now")
    making.add_argument("case", help="dispute-<order>-<number> or collection-<order>")
    making.add_argument(
        "--export", choices=[one.value for one in Export], default=Export.FULL.value, help="(full)"
    )
    listing = deeds.add_parser("list", help="the dossiers of a case, the newest first")
    listing.add_argument("case", help="dispute-<order>-<number> or collection-<order>")
    saving = deeds.add_parser("save", help="write the archive of a dossier to a file")
    saving.add_argument("dossier", type=UUID, help="its id, as make and list show it")
    saving.add_argument("--to", required=True, type=Path, metavar="FILE", help="a new file")
    for deed in (making, listing, saving):
        deed.add_argument("--by", required=True, type=one_line, help="your login: it is kept")
    deeds.add_parser("keys", help="the public keys that dossiers were signed with")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each dossier or key; `save` writes a file that must not be there yet."""
    if not getattr(arguments, "by", "somebody"):
        raise CommandFailed("--by names a person")
    for line in run_async(_done(Settings.from_environment(), arguments)):
        print(line)
    return 0


async def _done(settings: Settings, said: argparse.Namespace) -> list[str]:
    async with services_of(settings) as services:
        if said.deed == "keys":
            return [_key(row) for row in await services.database.rows(store.keys())]
        caller = Caller(said.by, Role.ACCOUNTANT)
        if said.deed == "make":
            return [_line(await _made(services, caller, said.case, Export(said.export)))]
        if said.deed == "list":
            return [_line(row) for row in await _listed(services, caller, said.case)]
        found = await given(services.database, caller, said.dossier)
        return [f"{said.to}: {await _written(said.to, found.pieces)} bytes"]


async def _made(services: Services, caller: Caller, case_id: str, export: Export) -> DossierRow:
    if case_id.startswith(DISPUTE):
        return await make.make_dispute_dossier(services, caller, uuid4(), case_id, export)
    return await make.make_collection_dossier(services, caller, uuid4(), case_id, export)


async def _listed(services: Services, caller: Caller, case_id: str) -> list[DossierRow]:
    database = services.database
    if case_id.startswith(DISPUTE):
        return [*await dossiers_of(database, caller, disputes.head(case_id), case_id, LISTED)]
    return [*await dossiers_of(database, caller, collections.head(case_id), case_id, LISTED)]


async def _written(place: Path, pieces: AsyncIterator[bytes]) -> int:
    """How many bytes were written."""
    size = 0
    with _new_file(place) as file:
        async for piece in pieces:
            size += file.write(piece)
    return size


@contextmanager
def _new_file(place: Path) -> Iterator[BinaryIO]:
    """A file that is not there yet; no part of it stays where it is not written whole."""
    try:
        file = place.open("xb")
    except OSError as error:
        raise CommandFailed(f"{place} cannot be written: {error.strerror}") from None
    try:
        with file:
            yield file
    except BaseException:
        place.unlink()
        raise


def _line(row: DossierRow) -> str:
    columns = (
        str(row.id),
        row.case_id,
        row.export,
        str(row.number),
        _moment(row.as_of),
        row.sha256,
        row.key_id,
        one_line(row.made_by),
    )
    return "\t".join(columns)


def _key(row: store.KeyRow) -> str:
    last = "-" if row.last_used_at is None else _moment(row.last_used_at)
    return "\t".join((row.id, row.public_key, _moment(row.first_used_at), last))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
