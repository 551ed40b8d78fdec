"""For every command of a dispute the API's fire has a row that takes it."""

from db.database import Database
from starter.access import ACCESS
from tests.starter.dispute.kept import kept_disputes
from tests.starter.refund.shop import Shop

CLIENT_ID = "romashka-kept"
WITHOUT = frozenset({"list_dispute_queue", "list_disputes"})
"""What asks for no row."""


async def test_every_operation_has_its_own(shop: Shop, database: Database) -> None:
    shop.books.put("clients", id=CLIENT_ID, kind="company", name="ООО «Лютик»", email="a@b.ru")
    kept = await kept_disputes(shop, database, CLIENT_ID)
    theirs = {name for name in ACCESS if "dispute" in name or name.startswith("read_dossier")}
    of_disputes = theirs - WITHOUT
    assert set(kept) == of_disputes | {"close_incident"}
