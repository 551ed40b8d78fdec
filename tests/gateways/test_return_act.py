"""The PDF of an act of acceptance: what came back, what was found and decided, and only as text."""

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from domain.billing.issued_invoice import Supplier
from domain.goods_return.act import ActLine, ActPhoto, Found, ReturnAct, ReturnedBy
from domain.goods_return.goods_return import Ground, ReturnWay, Settlement
from gateways.documents import return_act_pdf
from tests.gateways.test_invoice_document import SUPPLIER

ACT = ReturnAct(
    return_id="return-2026-7-1",
    day=date(2026, 11, 30),
    company="ООО «Копейка»",
    supplier=Supplier(SUPPLIER, "115035, г. Москва, ул. Садовническая, д. 7"),
    client=ReturnedBy("Ким Анна Сергеевна", "771209876500", None, "г. Тверь"),
    invoice_number="2026-7",
    invoice_on=date(2026, 11, 20),
    ground=Ground.CHANGE_OF_MIND,
    way=ReturnWay.SHIPPING,
    track="RA1",
    asked_on=date(2026, 11, 22),
    received_on=date(2026, 11, 28),
    inspected_on=date(2026, 11, 29),
    inspected_by="petrova",
    found=Found(packing=True, labels=True, unused=False, serial=True),
    lines=(ActLine("Клавиатура", 2, 1, 1_000_00),),
    photos=(ActPhoto("Коробка.jpg", "ab" * 32, is_ours=True),),
    settlement=Settlement.REFUND,
    cut_kopecks=None,
    carriage_kopecks=350_50,
    reason=None,
    decided_by="petrova",
)
DIGITAL = replace(ACT, way=ReturnWay.DEACTIVATION, track=None, photos=())


def text_of(act: ReturnAct) -> str:
    reader = PdfReader(io.BytesIO(return_act_pdf(act)))
    pages = [page.extract_text().replace("\u200b", "") for page in reader.pages]
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (ACT, "Акт приёмки возвращённого товара № return-2026-7-1 от 30 ноября 2026 г."),
        (ACT, "счёт № 2026-7 от 20.11.2026"),
        (ACT, "Товар не подошёл"),
        (ACT, "за счёт покупателя, 350,50 ₽ удерживается"),
        (ACT, "1 Клавиатура 2 1 1 000,00"),
        (ACT, "Следов использования нет нет"),
        (ACT, "Коробка.jpg"),
        (ACT, "Принято товара на 1 000,00 ₽ (Одна тысяча рублей 00 копеек)."),
        (ACT, "Покупателю причитается 649,50 ₽"),
        (ACT, "Штуки, которые не приняты, возвращаются покупателю."),
        (replace(ACT, carriage_kopecks=0), "за счёт покупателя, оплачена им"),
        (replace(ACT, ground=Ground.WRONG_GOODS), "за счёт продавца"),
        (replace(ACT, settlement=Settlement.EXCHANGE), "обменивается на товар той же цены"),
        (
            replace(ACT, settlement=Settlement.PRICE_CUT, cut_kopecks=700_00),
            "Товар остаётся у покупателя, цена снижается. Покупателю причитается 700,00 ₽",
        ),
        (replace(ACT, settlement=None, reason="Поцарапан корпус"), "Причина: Поцарапан корпус"),
        (DIGITAL, "Лицензия деактивирована 28.11.2026"),
        (DIGITAL, "Активаций больше нет нет Ключ тот, что был продан да Решение"),
        (replace(ACT, supplier=None), "Продавец ООО «Копейка» Покупатель Ким"),
        (
            replace(ACT, client=replace(ACT.client, name='#link("x") *жирно*')),
            '#link("x") *жирно*',
        ),
    ],
)
def test_the_act_says_what_came_back_and_what_was_decided(act: ReturnAct, said: str) -> None:
    assert said.replace("\u00a0", " ") in text_of(act).replace("\u00a0", " ")


def test_the_digest_of_a_photo_is_whole_and_the_act_is_the_same_each_time() -> None:
    assert "ab" * 32 in text_of(ACT).replace(" ", "")
    assert return_act_pdf(ACT) == return_act_pdf(ACT)


def test_an_act_of_what_was_not_decided_for_money_promises_none() -> None:
    for settlement in (Settlement.EXCHANGE, Settlement.REPAIR, None):
        assert replace(ACT, settlement=settlement).due_kopecks == 0
