"""Dossiers of disputes and of unpaid orders over HTTP."""

from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel, Field

from db.collection import reads as collections
from db.dispute import reads as disputes
from db.dossier import store
from domain.dossier.dossier import Export
from starter.api.collection.case import CollectionId
from starter.api.dispute.case import DisputeId
from starter.api.http.files import file_answer
from starter.api.http.models import Body
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.dossier import make as command
from starter.http.zip_file import ZIP, zip_file
from starter.presentation.dossier.dossier import (
    DossierKeyShown,
    DossierShown,
    dossier_of,
    dossier_shown,
    dossiers_of,
    given,
    key_shown,
)

MAX_LISTED: Final = 100
"""Dossiers of a case that a list shows: one is made for a reader, not for a machine."""

routes = router("dossiers")

DossierId = Annotated[UUID, Path(description="The dossier's id.")]

_ARCHIVE = file_answer(
    "ZIP; `verify.py` in it checks it with Python and nothing else.", [ZIP], HTTPStatus.CONFLICT
)


class DossierBody(Body):
    """For whom a dossier is: `full` for us, `redacted` for the other side, without personal data
    and requisites. A client has the redacted one only.
    """

    export: Export = Field(strict=False)


class Dossiers(BaseModel):
    """The newest dossiers of a case, at most 100."""

    items: list[DossierShown]


class DossierKeys(BaseModel):
    """Every public key that dossiers were signed with, the newest first."""

    items: list[DossierKeyShown]


@routes.post(
    "/v1/disputes/{dispute_id}/dossiers",
    summary="Make the dossier of a dispute",
    status_code=HTTPStatus.CREATED,
)
async def make_dispute_dossier(
    dispute_id: DisputeId,
    body: DossierBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> DossierShown:
    """Where nothing has happened since the last one, that one is answered."""
    row = await command.make_dispute_dossier(services, caller, command_id, dispute_id, body.export)
    return dossier_shown(row, caller, language)


@routes.get("/v1/disputes/{dispute_id}/dossiers", summary="The dossiers of a dispute")
async def list_dispute_dossiers(
    dispute_id: DisputeId, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> Dossiers:
    """The newest first; a client sees the redacted ones of its own dispute."""
    case = disputes.head(dispute_id)
    rows = await dossiers_of(database, caller, case, dispute_id, MAX_LISTED)
    return Dossiers(items=[dossier_shown(row, caller, language) for row in rows])


@routes.post(
    "/v1/collections/{collection_id}/dossiers",
    summary="Make the dossier of an unpaid order",
    status_code=HTTPStatus.CREATED,
)
async def make_collection_dossier(
    collection_id: CollectionId,
    body: DossierBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> DossierShown:
    """Letters, contacts, money and the calculation, as a court is brought them."""
    row = await command.make_collection_dossier(
        services, caller, command_id, collection_id, body.export
    )
    return dossier_shown(row, caller, language)


@routes.get("/v1/collections/{collection_id}/dossiers", summary="The dossiers of an unpaid order")
async def list_collection_dossiers(
    collection_id: CollectionId, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> Dossiers:
    """The newest first."""
    case = collections.head(collection_id)
    rows = await dossiers_of(database, caller, case, collection_id, MAX_LISTED)
    return Dossiers(items=[dossier_shown(row, caller, language) for row in rows])


@routes.get("/v1/dossiers/{dossier_id}", summary="One dossier")
async def read_dossier(
    dossier_id: DossierId, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> DossierShown:
    """A client reads the redacted ones of its own disputes, a lawyer those of unpaid orders and of
    disputes that a court decides.
    """
    return dossier_shown(await dossier_of(database, caller, dossier_id), caller, language)


@routes.get(
    "/v1/dossiers/{dossier_id}/archive",
    summary="The archive of a dossier",
    response_class=Response,
    responses=_ARCHIVE,
)
async def read_dossier_archive(
    dossier_id: DossierId, database: DatabaseDep, caller: CurrentCaller
) -> Response:
    """The same bytes each time. That a full one is given out is recorded."""
    found = await given(database, caller, dossier_id)
    return zip_file(found.name, found.pieces)


@routes.get("/v1/dossier-keys", summary="The public keys of dossiers")
async def list_dossier_keys(database: DatabaseDep) -> DossierKeys:
    """Of Ed25519, in hex: whoever has a dossier checks it with the one that its manifest names."""
    return DossierKeys(items=[key_shown(row) for row in await database.rows(store.keys())])
