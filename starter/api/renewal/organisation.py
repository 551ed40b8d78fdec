"""Requisites by an INN, so that nobody types what we know."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from db import order as orders
from domain.access import Role
from starter.api.models import Shown
from starter.api.problems import not_found
from starter.api.route import CallerIs, Stored, router

routes = router("renewals")


class Organisation(Shown):
    """Requisites as they were registered, or confirmed with an order: whichever is newer."""

    name: str = Field(examples=["ООО «Ромашка»"])
    inn: str = Field(examples=["7707083893"])
    kpp: str | None = Field(examples=["770701001"])
    address: str | None


@routes.get("/v1/organisations/{inn}", summary="Requisites that we know by an INN")
async def read_organisation(
    inn: Annotated[str, Path(pattern=r"^([0-9]{10}|[0-9]{12})$", examples=["7707083893"])],
    database: Stored,
    caller: CallerIs,
) -> Organisation:
    """A client finds itself and those whom it has named as payers of its own orders."""
    own = caller.client_id if caller.role is Role.CLIENT else None
    registered, confirmed = await database.read(*orders.requisites(inn, own))
    known = sorted((*registered, *confirmed), key=lambda row: row.at)
    if not known:
        raise not_found()
    return Organisation.model_validate(known[-1], from_attributes=True)
