"""Requisites by an INN over HTTP, so that known ones need not be typed."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from db.renewal import order as orders
from domain.access.roles import Role
from starter.api.http.models import Shown
from starter.api.http.route import CurrentCaller, DatabaseDep, router
from starter.commands.refusal import not_found

routes = router("renewals")


class Organisation(Shown):
    """Requisites as registered, with the KPP and address confirmed since; for an INN that is no
    client's, those of its last order.
    """

    name: str = Field(examples=["ООО «Ромашка»"])
    inn: str = Field(examples=["7707083893"])
    kpp: str | None = Field(examples=["770701001"])
    address: str | None


@routes.get("/v1/organisations/{inn}", summary="Requisites that we know by an INN")
async def read_organisation(
    inn: Annotated[str, Path(pattern=r"^([0-9]{10}|[0-9]{12})$", examples=["7707083893"])],
    database: DatabaseDep,
    caller: CurrentCaller,
) -> Organisation:
    """A client finds itself and the payers that it named in its own orders."""
    own = caller.client_id if caller.role is Role.CLIENT else None
    registered, confirmed = await database.read(*orders.requisites(inn, own))
    known = [*registered, *confirmed]
    if not known:
        raise not_found()
    newest = max(known, key=lambda row: row.at) if own is not None else known[0]
    return Organisation(
        name=known[0].name, inn=inn, kpp=newest.kpp, address=newest.address or known[0].address
    )
