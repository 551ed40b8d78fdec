"""Returns of goods that are kept for one operation each, at the moment when it can be done."""

from collections.abc import Mapping, Sequence

from tests.starter.caller import Api
from tests.starter.goods_return.returning import asked, did, goods, inspected, said
from tests.starter.refund.shop import Shop

MANY = 200
"""Lines of an order that chance finds some of."""


async def kept_returns(shop: Shop, client_id: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """One of this client for each operation, in the status that it is for."""
    api = Api(shop.http)
    steps: Mapping[str, tuple[str, ...]] = {
        "withdraw": (),
        "authorise": (),
        "refuse": (),
        "ship": ("authorise",),
        "deactivate": ("authorise",),
        "receive": ("authorise", "ship"),
        "lose": ("authorise", "ship"),
        "inspect": ("authorise", "receive"),
        "accept": ("authorise", "receive", "inspect"),
        "reject": ("authorise", "receive", "inspect"),
        "send": ("authorise", "receive", "inspect", "reject"),
    }
    found: dict[str, Mapping[str, Sequence[str]]] = {}
    for action, before in steps.items():
        kind = "licence" if action == "deactivate" else "goods"
        number = await shop.invoice(goods(kind=kind), client_id=client_id)
        return_id = (await asked(api, client_id, number)).json()["id"]
        for step in before:
            await _done(api, client_id, return_id, step)
        found[f"{action}_goods_return"] = {"return_id": [return_id]}
    sold = await shop.invoice(*(goods(1_00, 10_000) for _ in range(MANY)), client_id=client_id)
    return {**found, "open_goods_return": {"body.invoice_number": [sold]}}


async def _done(api: Api, client_id: str, return_id: str, step: str) -> None:
    match step:
        case "ship":
            await said(api, client_id, return_id, "ship", track="RU 1")
        case "inspect":
            await inspected(api, return_id)
        case "reject":
            await did(api, return_id, "reject", reason="Следы использования")
        case _:
            await did(api, return_id, step)
