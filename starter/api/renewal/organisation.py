"""Requisites by an INN over HTTP, so that known ones need not be typed."""

from typing import Annotated

from fastapi import Path

from starter.api.http.route import CurrentCaller, DatabaseDep, router
from starter.commands.refusal import not_found
from starter.presentation.renewal.organisation import Organisation, organisation_by

routes = router("renewals")


@routes.get("/v1/organisations/{inn}", summary="Requisites that we know by an INN")
async def read_organisation(
    inn: Annotated[str, Path(pattern=r"^([0-9]{10}|[0-9]{12})$", examples=["7707083893"])],
    database: DatabaseDep,
    caller: CurrentCaller,
) -> Organisation:
    """A client finds itself and the payers that it named in its own orders."""
    known = await organisation_by(database, caller, inn)
    if known is None:
        raise not_found()
    return known
