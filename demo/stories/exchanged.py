"""The wrong goods were sent: they come back at the company's cost, and the right ones go out."""

import hashlib
import io
from datetime import UTC, datetime, time, timedelta

from PIL import Image
from pypdf import PdfReader

from demo.goods_return import GoodsReturn
from demo.stage import Stage
from domain.access.roles import Role
from domain.billing.invoice import PaymentMethod, ProductKind
from domain.goods_return.goods_return import (
    GoodsReturnAction,
    GoodsReturnStatus,
    Ground,
    Settlement,
)
from domain.money import VatRate, parse_amount
from simulation.billing_data import Invoice, Line, Payment
from simulation.dataset import KUZNETSOVA
from simulation.expectation import expect
from simulation.loading import load_invoices
from stack.folders import STATE_FOLDER
from texts import moment, rubles

TITLE = "(k) The wrong goods come back at the company's cost, and the right ones go out"
ABOUT = (
    "two of three scanners are exchanged: the ledger has both halves of one price, and no money of "
    "the order moves; what the client paid the carrier is paid back by the receipt"
)
SEQUENCE = "000171"
PRICE_KOPECKS = 26_970_00
BOUGHT, PIECES = 3, 2
EXCHANGED_KOPECKS = 17_980_00
"""Two of three pieces."""
CARRIAGE_KOPECKS = 450_50
"""The client has paid the carrier itself, and the fault is ours."""
DELIVERED_DAYS_AGO = 3
RECEIPT_NAME = "Чек перевозчика.jpg"
PHOTO_NAME = "Наклейка на коробке.jpg"
OUTPUT = STATE_FOLDER / "demo"
"""Where the act stays to be looked at."""
COMMENT = "Заказывали беспроводные сканеры, две коробки из трёх с проводными."
THERE, BACK = "RA644000001RU", "RA644000002RU"
PATH = (
    GoodsReturnStatus.REQUESTED,
    GoodsReturnStatus.AUTHORISED,
    GoodsReturnStatus.SHIPPED,
    GoodsReturnStatus.SHIPPED,
    GoodsReturnStatus.RECEIVED,
    GoodsReturnStatus.INSPECTED,
    GoodsReturnStatus.ACCEPTED,
    *4 * (GoodsReturnStatus.SETTLED,),
    GoodsReturnStatus.CLOSED,
)
LETTERS = (
    (Role.CLIENT, "goods_return_requested"),
    (Role.SPECIALIST, "staff_goods_return_requested"),
    (Role.CLIENT, "goods_return_authorised"),
    (Role.SPECIALIST, "staff_goods_return_shipped"),
    (Role.CLIENT, "goods_return_received"),
    (Role.CLIENT, "goods_return_decided"),
    (Role.CLIENT, "goods_return_sent"),
    (Role.SPECIALIST, "staff_goods_return_carriage_claimed"),
    (Role.ACCOUNTANT, "staff_goods_return_carriage_confirmed"),
    (Role.CLIENT, "goods_return_carriage_paid"),
)


def play(stage: Stage) -> GoodsReturn:
    """Asked for, allowed, sent, received, inspected, exchanged, sent out; carriage paid back."""
    exchange = GoodsReturn(stage, _sold(stage))
    exchange.ask(Ground.WRONG_GOODS, 1, PIECES, COMMENT)
    exchange.act(GoodsReturnAction.AUTHORISE, "allows it; the carriage is the company's")
    exchange.letter("goods_return_authorised", Role.CLIENT)
    sent = {"track": THERE}
    exchange.say(GoodsReturnAction.SHIP, f"sends them by the letter's address, {THERE}", sent)
    exchange.claim_carriage(CARRIAGE_KOPECKS, RECEIPT_NAME, photo_of_the_receipt())
    exchange.act(GoodsReturnAction.RECEIVE, "has the parcel")
    photo = exchange.photograph(PHOTO_NAME, photo_of_the_label())
    exchange.act(GoodsReturnAction.INSPECT, f"finds {PIECES} sound pieces", _inspection(photo))
    settlement = {"settlement": Settlement.EXCHANGE}
    exchange.act(GoodsReturnAction.ACCEPT, "takes them, and gives the right ones", settlement)
    exchange.wait_until(GoodsReturnStatus.SETTLED, "books both halves of the exchange")
    exchange.act(GoodsReturnAction.SEND, f"sends the right ones, {BACK}", {"track": BACK})
    exchange.confirm_carriage()
    exchange.pay_carriage()
    exchange.wait_until(GoodsReturnStatus.CLOSED, "has nothing more to wait for")
    return exchange


def report(stage: Stage, exchange: GoodsReturn) -> None:
    """Every change, the money, the letters; raises `Unexpected` for others."""
    view = exchange.view()
    changes = list(reversed(view["history"]))
    expect(f"history of {exchange.id}", list(PATH), [one["status"] for one in changes])
    stage.terminal.chapter(f"{exchange.id}: {view['title']}", stage.stack.case_url(exchange.id))
    shown = [
        (moment(datetime.fromisoformat(one["at"])), one["title"], one["by"]) for one in changes
    ]
    stage.terminal.table(("when", "status", "by"), shown)
    _money(stage, exchange)
    _act(stage, exchange)
    _letters(stage, exchange)


def _sold(stage: Stage) -> Invoice:
    """A consumer's order, paid by card and delivered some days ago."""
    delivered = stage.data.today - timedelta(days=DELIVERED_DAYS_AGO)
    line = Line(
        "Сканер штрихкодов беспроводной",
        ProductKind.GOODS,
        PRICE_KOPECKS,
        VatRate.VAT22,
        delivered_on=delivered,
        quantity=BOUGHT,
    )
    number = f"{delivered.year}-{SEQUENCE}"
    payment = Payment(
        f"payment-{number}",
        PaymentMethod.BANK_CARD,
        datetime.combine(delivered, time(12), UTC),
        f"acquired-{number}",
    )
    invoice = Invoice(number, KUZNETSOVA, delivered, (line,), payment)
    cast = stage.cast
    cast.wait(load_invoices(cast.api, stage.acquirer, (), (invoice,)))
    event = f"{KUZNETSOVA.name} has {BOUGHT} scanners by {number}"
    stage.terminal.event(Role.BILLING, event, rubles(PRICE_KOPECKS))
    return invoice


def photo_of_the_label() -> bytes:
    """A JPEG; the same each time."""
    drawn = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
    written = io.BytesIO()
    drawn.save(written, "JPEG")
    return written.getvalue()


def photo_of_the_receipt() -> bytes:
    """A JPEG; the same each time, and another than the label's."""
    drawn = Image.radial_gradient("L").resize((480, 640)).convert("RGB")
    written = io.BytesIO()
    drawn.save(written, "JPEG")
    return written.getvalue()


def _inspection(photo: str) -> dict[str, object]:
    return {
        "packing": True,
        "labels": True,
        "unused": True,
        "serial": True,
        "lines": [{"line_no": 1, "pieces": PIECES}],
        "photos": [photo],
    }


def _money(stage: Stage, exchange: GoodsReturn) -> None:
    """Both halves of the exchange are in the ledger, none of the order's money has moved, and the
    client has its carriage back.
    """
    seen = exchange.client.read(f"/v1/returns/{exchange.id}")
    found = (
        parse_amount(seen["exchanged"]),
        seen["refund_id"],
        seen["carriage_is_ours"],
        seen["carriage"],
        (seen["paid_carriage"]["status"], parse_amount(seen["paid_carriage"]["amount"])),
    )
    paid = ("paid", CARRIAGE_KOPECKS)
    due = (EXCHANGED_KOPECKS, None, True, "0.00", paid)
    expect(f"the settlement of {exchange.id}", due, found)
    invoice = stage.cast.billing.read(f"/v1/invoices/{exchange.invoice.number}")
    expect(f"what is promised of {exchange.invoice.number}", "0.00", invoice["promised"])
    came_back = rubles(EXCHANGED_KOPECKS)
    stage.terminal.line(f"ledger: goods came back {came_back}, goods went out {came_back}")
    stage.terminal.line(
        f"carriage: {rubles(CARRIAGE_KOPECKS)} paid back by the receipt; no refund is open"
    )


def _act(stage: Stage, exchange: GoodsReturn) -> None:
    """The client has the act, by letter and in the cabinet; it names the photo by its digest."""
    pdf = exchange.act_pdf()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    file = OUTPUT / f"{exchange.id}-act.pdf"
    file.write_bytes(pdf)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    digest = hashlib.sha256(photo_of_the_label()).hexdigest()
    is_named = digest in "".join(text.replace("\u200b", "").split())
    letter = exchange.letter("goods_return_decided", Role.CLIENT)
    attached = [part.get_content() for part in letter.iter_attachments()]
    expect(f"the act of {exchange.id}", (True, [pdf]), (is_named, attached))
    shown = file.relative_to(STATE_FOLDER.parent)
    stage.terminal.line(f"act: {shown}, with the letter; it names the photo by its SHA-256")


def _letters(stage: Stage, exchange: GoodsReturn) -> None:
    for role, template in LETTERS:
        exchange.letter(template, role)
    letters = exchange.letters()
    due = [exchange.addressed(template, role) for role, template in LETTERS]
    expect(f"letters about {exchange.id}", sorted(due), sorted(letters))
    stage.terminal.table(("to", "subject"), letters)
