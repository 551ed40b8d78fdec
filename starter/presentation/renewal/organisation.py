"""The requisites that we know by an INN, so that they need not be typed."""

from pydantic import Field

from db.database import Database
from db.renewal import order as orders
from domain.access.roles import Role
from starter.caller import Caller
from starter.presentation.models import Shown


class Organisation(Shown):
    """Requisites as registered, with the KPP and address confirmed since; for an INN that is no
    client's, those of its last order.
    """

    name: str = Field(examples=["ООО «Ромашка»"])
    inn: str = Field(examples=["7707083893"])
    kpp: str | None = Field(examples=["770701001"])
    address: str | None


async def organisation_by(database: Database, caller: Caller, inn: str) -> Organisation | None:
    """A client finds itself and the payers that it named in its own orders; None where nothing is
    known by the INN.
    """
    own = caller.client_id if caller.role is Role.CLIENT else None
    registered, confirmed = await database.read(*orders.requisites(inn, own))
    known = [*registered, *confirmed]
    if not known:
        return None
    newest = max(known, key=lambda row: row.at) if own is not None else known[0]
    return Organisation(
        name=known[0].name, inn=inn, kpp=newest.kpp, address=newest.address or known[0].address
    )
