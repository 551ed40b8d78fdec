"""Whether goods of an order can come back: asked by a client, or decided in a dispute."""

from collections import Counter
from datetime import UTC, datetime

from db.database import Database
from db.facts import load
from db.goods_return import goods_return
from domain.goods_return.case import AskedPieces, OpeningFacts
from domain.goods_return.goods_return import GoodsReturnRefusal, Ground
from starter.commands.refusal import FieldError, Refusal, conflict, invalid


async def asked_of(
    database: Database, invoice_number: str, ground: Ground, lines: tuple[AskedPieces, ...]
) -> OpeningFacts | None:
    """What a return of these lines is judged by; None for an order that does not exist. Raises
    `Refusal` without lines, and for one that is named twice.
    """
    twice = [no for no, times in Counter(one.line_no for one in lines).items() if times > 1]
    if twice or not lines:
        raise invalid(FieldError("line_twice" if twice else "goods_return_no_lines", "/lines"))
    now = datetime.now(UTC)
    return await load(database, goods_return.asked_of(invoice_number, ground, lines, now))


def refused(code: str, pointer: str = "/lines") -> Refusal:
    """A return that is not opened: too many pieces are a matter of the moment, the rest of the
    request.
    """
    if code == GoodsReturnRefusal.TOO_MANY_PIECES:
        return conflict(code)
    return invalid(FieldError(code, pointer))
