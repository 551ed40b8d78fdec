"""The act of acceptance of returned goods (акт приёмки возвращённого товара) as PDF."""

from typing import Any

from domain.goods_return.act import ActLine, ActPhoto, ReturnAct
from domain.goods_return.goods_return import ReturnWay, Settlement
from gateways.documents.parties import rows_of, rows_of_ours, sum_in_column
from gateways.documents.printing import Template, breakable
from texts import day, day_in_words, number, rubles, rubles_in_words, translate


def return_act_pdf(act: ReturnAct) -> bytes:
    """The act as PDF (A4); the same act always gives the same bytes.

    Takes tens of milliseconds of one core: call it outside the event loop.
    """
    return _ACT.pdf(_shown(act))


def _shown(act: ReturnAct) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    return {
        "title": "Акт приёмки возвращённого товара",
        "number": f"№ {act.return_id}",
        "day": day_in_words(act.day),
        "company": breakable(act.company),
        "ours": rows_of_ours(act.supplier),
        "client": breakable(act.client.name),
        "theirs": rows_of(act.client.inn, act.client.kpp, act.client.address),
        "facts": _facts(act),
        "lines": [_line(at, line) for at, line in enumerate(act.lines, start=1)],
        "returned": number(sum(line.returned for line in act.lines)),
        "accepted": number(sum(line.accepted for line in act.lines)),
        "price": sum_in_column(act.price_kopecks),
        "found": _found(act),
        "photos": [_photo(at, photo) for at, photo in enumerate(act.photos, start=1)],
        "decision": [breakable(row) for row in _decision(act)],
        "inspected_by": breakable(act.inspected_by),
    }


def _facts(act: ReturnAct) -> list[list[str]]:
    is_sent = act.way is ReturnWay.SHIPPING
    rows = [
        ("Заказ", f"счёт № {act.invoice_number} от {day(act.invoice_on)}"),
        ("Причина возврата", translate(f"goods_return.ground.{act.ground}")),
        ("Заявка подана", day(act.asked_on)),
        ("Товар получен" if is_sent else "Лицензия деактивирована", day(act.received_on)),
        ("Номер отправления", act.track or ""),
        ("Осмотр проведён", day(act.inspected_on)),
        ("Доставка", _carriage(act) if is_sent else ""),
    ]
    return [[label, breakable(value)] for label, value in rows if value]


def _carriage(act: ReturnAct) -> str:
    if act.ground.is_ours:
        return "за счёт продавца"
    if act.carriage_kopecks == 0:
        return "за счёт покупателя, оплачена им"
    return f"за счёт покупателя, {rubles(act.carriage_kopecks)} удерживается"


def _line(at: int, line: ActLine) -> dict[str, str]:
    return {
        "number": str(at),
        "title": breakable(line.title),
        "returned": number(line.returned),
        "accepted": number(line.accepted),
        "price": sum_in_column(line.price_kopecks),
    }


def _found(act: ReturnAct) -> list[list[str]]:
    checks = [("unused", act.found.unused), ("serial", act.found.serial)]
    if act.way is ReturnWay.DEACTIVATION:
        keys = [(f"page.goods_return.check.digital.{name}", is_so) for name, is_so in checks]
    else:
        checks = [("packing", act.found.packing), ("labels", act.found.labels), *checks]
        keys = [(f"page.goods_return.check.{name}", is_so) for name, is_so in checks]
    return [[translate(key), "да" if is_so else "нет"] for key, is_so in keys]


def _photo(at: int, photo: ActPhoto) -> dict[str, str]:
    return {
        "number": str(at),
        "name": breakable(photo.name),
        "by": "продавец, при осмотре" if photo.is_ours else "покупатель, с заявкой",
        "sha256": breakable(photo.sha256),
    }


def _decision(act: ReturnAct) -> list[str]:
    """What was decided, in full sentences."""
    if act.settlement is None:
        reason = [f"Причина: {act.reason}"] if act.reason else []
        return ["Товар не принят и возвращается покупателю.", *reason]
    rows = [_SETTLED[act.settlement]]
    if act.settlement is not Settlement.PRICE_CUT:
        rows.insert(0, f"Принято товара на {_in_words(act.price_kopecks)}.")
    if act.due_kopecks:
        rows.append(f"Покупателю причитается {_in_words(act.due_kopecks)}.")
    if any(line.accepted < line.returned for line in act.lines):
        rows.append("Штуки, которые не приняты, возвращаются покупателю.")
    return rows


def _in_words(kopecks: int) -> str:
    return f"{rubles(kopecks)} ({rubles_in_words(kopecks)})"


_SETTLED = {
    Settlement.REFUND: "Деньги возвращаются тем же способом, каким товар был оплачен.",
    Settlement.EXCHANGE: (
        "Товар обменивается на товар той же цены; взаимных денежных требований стороны не имеют."
    ),
    Settlement.REPAIR: "Товар принят в ремонт и после него возвращается покупателю.",
    Settlement.PRICE_CUT: "Товар остаётся у покупателя, цена снижается.",
}

_ACT = Template("return_act.typ")
