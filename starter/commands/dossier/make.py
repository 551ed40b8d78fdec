"""Makes a dossier: the next one of its chain, unless the last one says the same."""

import asyncio
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from db.collection import reads as collections
from db.database import ConstraintBroken
from db.dispute import reads as disputes
from db.dossier import store
from db.dossier.store import DossierRow
from domain.access.roles import Role
from domain.dossier.archive import MANIFEST, Archive, signed, unsigned
from domain.dossier.dossier import Dossier, Export, redacted
from domain.dossier.files import Issue, digest_of
from gateways.documents import dossier_pdf
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.dossier.collection import collection_matter
from starter.commands.dossier.dispute import dispute_matter
from starter.commands.dossier.key import SigningKey
from starter.commands.dossier.matter import Matter, side_of
from starter.commands.dossier.papers import with_masked
from starter.commands.refusal import conflict, forbidden, not_found, unprocessable
from starter.commands.services import Services

MEBIBYTE: Final = 1024 * 1024
MAX_DOSSIER_BYTES: Final = 2_000 * MEBIBYTE
"""Of all files of a dossier: what every program that unpacks a ZIP takes."""
MAX_TRIES: Final = 5
"""Tries to be the next of a chain that others go on with at the same time."""


@command
async def make_dispute_dossier(
    services: Services, caller: Caller, command_id: UUID, dispute_id: str, export: Export
) -> DossierRow:
    """The dossier of a dispute as it is now; a client's is the redacted one (`forbidden`).

    Raises `Refusal` as `_made`.
    """
    if caller.role is Role.CLIENT and export is not Export.REDACTED:
        raise forbidden()
    (rows,) = await services.database.read(disputes.head(dispute_id))
    matter = await dispute_matter(services.database, require_visible(caller, rows))
    return await _made(services, caller, command_id, matter, export)


@command
async def make_collection_dossier(
    services: Services, caller: Caller, command_id: UUID, collection_id: str, export: Export
) -> DossierRow:
    """The dossier of an unpaid order as it is now; raises `Refusal` as `_made`."""
    (rows,) = await services.database.read(collections.head(collection_id))
    row, company = require_visible(caller, rows), services.settings.company
    matter = await collection_matter(services.database, row, company)
    return await _made(services, caller, command_id, matter, export)


async def _made(
    services: Services, caller: Caller, command_id: UUID, matter: Matter, export: Export
) -> DossierRow:
    """The last dossier of the chain where it says the same, or the next one; a repeat answers what
    it has made. Raises `Refusal`: `dossier_too_large`, `dossier_made_meanwhile`.
    """
    dossier_id = uuid5(command_id, "dossier")
    (stored,) = await services.database.read(store.one(dossier_id))
    if stored:
        return stored[0]
    dossier = await _exported(services, matter, export)
    archive = unsigned(dossier, await asyncio.to_thread(dossier_pdf, dossier))
    if archive.size_bytes > MAX_DOSSIER_BYTES:
        limit, found = MAX_DOSSIER_BYTES // MEBIBYTE, archive.size_bytes // MEBIBYTE
        raise unprocessable("dossier_too_large", limit=limit, found=found)
    for _ in range(MAX_TRIES):
        last = await _last(services, dossier.id, export)
        if last is not None and last.facts_sha256 == digest_of(archive.files):
            return last
        try:
            return await _put(services, caller, dossier_id, matter, dossier, archive, last, export)
        except ConstraintBroken:
            continue
    raise conflict("dossier_made_meanwhile")


async def _exported(services: Services, matter: Matter, export: Export) -> Dossier:
    if export is Export.FULL:
        return matter.dossier
    papers = await with_masked(services.database, matter.dossier.papers)
    sides = side_of(matter.own, services.settings.company)
    return redacted(Dossier(**{**vars(matter.dossier), "papers": papers}), sides)


async def _last(services: Services, case_id: str, export: Export) -> DossierRow | None:
    return await services.database.row(store.of_case(case_id, export, 1))


async def _put(
    services: Services,
    caller: Caller,
    dossier_id: UUID,
    matter: Matter,
    dossier: Dossier,
    archive: Archive,
    last: DossierRow | None,
    export: Export,
) -> DossierRow:
    key = SigningKey.of(services.settings)
    issue = Issue(
        export=export,
        number=1 if last is None else last.number + 1,
        as_of=dossier.as_of,
        previous=None if last is None else last.sha256,
        key_id=key.id,
        public_key=key.public,
    )
    whole = signed(archive, dossier.id, issue, key.sign)
    async with services.database.transaction() as transaction:
        store.put(
            transaction,
            dossier_id,
            {matter.column: dossier.id, "client_id": matter.client_id},
            issue,
            whole,
            facts_sha256=digest_of(archive.files),
            sha256=sha256(whole.small[MANIFEST]).hexdigest(),
            by=caller.login,
            at=datetime.now(UTC),
        )
    found = await services.database.row(store.one(dossier_id))
    if found is None:
        raise not_found()
    return found
