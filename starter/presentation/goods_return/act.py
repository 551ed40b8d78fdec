"""The act of acceptance of returned goods, for whoever may see the return."""

import asyncio

from db.facts import load
from db.goods_return import act
from gateways.documents import return_act_pdf
from starter.caller import Caller
from starter.commands.goods_return.case import found
from starter.commands.refusal import not_found
from starter.commands.services import Services


async def printed_act(services: Services, caller: Caller, return_id: str) -> bytes:
    """The act as PDF; raises `Refusal` `not_found`, also where there is no act yet."""
    row = await found(services, caller, return_id)
    paper = await load(services.database, act.act(row.id, services.settings.company))
    if paper is None:
        raise not_found()
    return await asyncio.to_thread(return_act_pdf, paper)
