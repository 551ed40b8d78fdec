"""Returns of goods that are kept for one operation each, at the moment when it can be done."""

from collections.abc import Mapping, Sequence

from db.database import Database
from tests.starter.caller import Api
from tests.starter.goods_return.returning import (
    asked,
    claimed,
    did,
    ended,
    goods,
    inspected,
    said,
)
from tests.starter.refund.shop import Shop
from tests.starter.scanned import clean_picture

MANY = 200
"""Lines of an order that chance finds some of."""

SETTLED = ("authorise", "receive", "inspect", "accept")
"""Other goods are to be sent, so that it stays open."""
DIGITAL = frozenset({"deactivate", "inspect"})
"""Actions whose return is of a licence."""


async def kept_returns(
    shop: Shop, database: Database, client_id: str
) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """One of this client for each command, in the status that it is for. What is inspected is
    digital: whatever is found needs no photo. What is sent back has a photo, and an act that stays.
    """
    api = Api(shop.http)
    steps: Mapping[str, tuple[str, ...]] = {
        "withdraw": (),
        "authorise": (),
        "refuse": (),
        "ship": ("authorise",),
        "deactivate": ("authorise",),
        "receive": ("authorise", "ship"),
        "lose": ("authorise", "ship"),
        "inspect": ("authorise", "deactivate"),
        "accept": ("authorise", "receive", "inspect"),
        "reject": ("authorise", "receive", "inspect"),
        "send": ("authorise", "receive", "inspect", "reject"),
        "claim_carriage": ("authorise", "ship"),
        "confirm_carriage": (*SETTLED, "carriage"),
        "refuse_carriage": (*SETTLED, "carriage"),
        "pay_carriage": (*SETTLED, "carriage", "confirm"),
    }
    photo = await clean_picture(api, database, client_id)
    found: dict[str, Mapping[str, Sequence[str]]] = {}
    for action, before in steps.items():
        kind = "licence" if action in DIGITAL else "goods"
        number = await shop.invoice(goods(kind=kind), client_id=client_id)
        photos = [photo] if action == "send" else []
        return_id = (await asked(api, client_id, number, photos=photos)).json()["id"]
        for step in before:
            await _done(api, client_id, return_id, step)
        found[f"{action}_goods_return"] = {"return_id": [return_id]}
    claim = {"body.amount": ["450.50"], "body.receipt": [photo]}
    found["claim_carriage_goods_return"] = {**found["claim_carriage_goods_return"], **claim}
    decided = found["send_goods_return"]
    for paper in ("photo", "preview"):
        found[f"read_goods_return_{paper}"] = {**decided, "file_id": [photo]}
    found["read_goods_return_act"] = decided
    sold = await shop.invoice(*(goods(1_00, 10_000) for _ in range(MANY)), client_id=client_id)
    return {**found, "open_goods_return": {"body.invoice_number": [sold]}}


async def _done(api: Api, client_id: str, return_id: str, step: str) -> None:
    match step:
        case "ship":
            answer = await said(api, client_id, return_id, "ship", track="RU 1")
        case "deactivate":
            answer = await said(api, client_id, return_id, "deactivate")
        case "inspect":
            answer = await inspected(api, return_id)
        case "reject":
            answer = await did(api, return_id, "reject", reason="Следы использования")
        case "accept":
            answer = await did(api, return_id, "accept", settlement="exchange")
            await ended(api, return_id, "settled")
        case "carriage":
            answer = await claimed(api, client_id, return_id)
        case "confirm":
            answer = await did(api, return_id, "carriage/confirm")
        case _:
            answer = await did(api, return_id, step)
    assert answer.is_success, answer.text
