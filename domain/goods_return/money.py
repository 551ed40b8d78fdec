"""Which sums of an invoice's lines a refund case of a return asks for."""

from domain.goods_return.case import GoodsReturnCase
from domain.goods_return.goods_return import UNDECIDED, Settlement
from domain.goods_return.price import less_carriage
from domain.goods_return.transitions import prices_of
from domain.money import split
from domain.refund.refund import AskedLine


def refunded(case: GoodsReturnCase) -> tuple[AskedLine, ...]:
    """The sums (kopecks) by line: of what was accepted, less a carriage that the client bears; of
    all that was asked for, where the law's day has come first; or a price cut, in proportion. Never
    more than is left of a line.

    Where nothing is left, the lines are named with nothing: a request that names no line would ask
    for the whole invoice.
    """
    prices = prices_of(case, asked=case.status in UNDECIDED)
    if case.settlement is Settlement.PRICE_CUT and case.cut_kopecks is not None:
        sums = split(case.cut_kopecks, prices)
    else:
        sums = less_carriage(prices, min(case.carriage_kopecks, sum(prices)))
    asked = tuple(
        AskedLine(line.line_no, min(kopecks, line.left_kopecks))
        for line, kopecks in zip(case.lines, sums, strict=True)
    )
    return tuple(one for one in asked if one.at_most_kopecks) or asked
