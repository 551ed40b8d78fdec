"""A paper that the system makes of our rows for a dispute, as PDF with its data inside."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any

from pikepdf import Pdf

from domain.calendar.bank_calendar import MOSCOW
from domain.money import VAT_PERCENT, VatRate
from gateways.documents.printing import Template, breakable
from texts import day, moment, rubles, translate
from texts.reasons import card_reason

Row = Mapping[str, Any]


@dataclass(frozen=True)
class DisputePaper:
    """What a paper is about, a key of `dispute.paper.<about>`, with its rows; sums in kopecks,
    instants in UTC. `content` is kept in the PDF as `data.json`.
    """

    about: str
    source: str
    invoice_number: str
    made_on: date
    content: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What it is, in Russian."""
        return translate(f"dispute.paper.{self.about}")

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.title}, № {self.invoice_number}.pdf"

    @property
    def data(self) -> bytes:
        """What it says as JSON: the same bytes for the same facts."""
        written = json.dumps(self.content, ensure_ascii=False, indent=2, sort_keys=True)
        return f"{written}\n".encode()


def dispute_paper_pdf(paper: DisputePaper) -> bytes:
    """The paper as PDF/A-3b (A4); the same facts always give the same bytes.

    Takes tens of milliseconds of one core: call it outside the event loop.
    """
    table = _TABLES[paper.about]
    rows = paper.content[table.rows]
    document = {
        "title": paper.title,
        "head": [
            {"label": "Заказ", "value": f"№ {paper.invoice_number}"},
            {"label": "Источник", "value": translate(f"dispute.source.{paper.source}")},
            {"label": "По состоянию на", "value": day(paper.made_on)},
            *_order_head(paper),
        ],
        "widths": [f"{column.share}fr" for column in table.columns],
        "sums": [column.is_sum for column in table.columns],
        "columns": [column.title for column in table.columns],
        "rows": [[breakable(column.shown(row)) for column in table.columns] for row in rows],
        "data": paper.data.decode(),
    }
    at = datetime.combine(paper.made_on, time.min, MOSCOW).astimezone(UTC)
    return _PAPER.pdf(document, kept_at=at, holds_data=True)


def rows_of(pdf: bytes) -> Mapping[str, Any]:
    """The rows that are kept in a paper; raises KeyError for one that keeps none."""
    with Pdf.open(io.BytesIO(pdf)) as opened:
        rows: Mapping[str, Any] = json.loads(
            opened.attachments["data.json"].get_file().read_bytes()
        )
    return rows


def _order_head(paper: DisputePaper) -> list[dict[str, str]]:
    if paper.about != "order":
        return []
    return [
        {"label": "Дата заказа", "value": _day("issued_on")(paper.content)},
        {"label": "Сумма заказа", "value": _sum("total_kopecks")(paper.content)},
    ]


@dataclass(frozen=True)
class _Column:
    title: str
    shown: Callable[[Row], str]
    share: float = 1
    is_sum: bool = False


@dataclass(frozen=True)
class _Table:
    """`rows` is the key of the list in the content."""

    rows: str
    columns: tuple[_Column, ...]


def _said(name: str) -> Callable[[Row], str]:
    return lambda row: "—" if row[name] is None else str(row[name])


def _sum(name: str) -> Callable[[Row], str]:
    return lambda row: "—" if row[name] is None else rubles(row[name])


def _day(name: str) -> Callable[[Row], str]:
    return lambda row: "—" if row[name] is None else day(date.fromisoformat(row[name]))


def _moment(name: str) -> Callable[[Row], str]:
    return lambda row: "—" if row[name] is None else moment(datetime.fromisoformat(row[name]))


def _titled(prefix: str, name: str) -> Callable[[Row], str]:
    return lambda row: translate(f"{prefix}.{row[name]}")


def _vat(row: Row) -> str:
    rate = VatRate(row["vat_rate"])
    return "без НДС" if rate is VatRate.NONE else f"{VAT_PERCENT[rate]} %"


def _term(row: Row) -> str:
    if row["period_start"] is not None:
        return f"{_day('period_start')(row)} – {_day('period_end')(row)}"
    return _day("delivered_on")(row)


def _reversed(row: Row) -> str:
    return "Сторнирован" if row["reversed"] else "Получен"


def _refusal(row: Row) -> str:
    return "—" if row["reason"] is None else card_reason(row["reason"])


def _from(row: Row) -> str:
    return "Поддержка" if row["from"] == "support" else "Клиент"


def _receipt_kind(row: Row) -> str:
    return "Возврат прихода" if row["kind"] == "refund" else "Полный расчёт"


_TABLES: Mapping[str, _Table] = MappingProxyType(
    {
        "order": _Table(
            "lines",
            (
                _Column("№", _said("line"), 0.4),
                _Column("Наименование", _said("title"), 3),
                _Column("Срок или поставка", _term, 1.8),
                _Column("НДС", _vat, 0.8),
                _Column("Сумма", _sum("sum_kopecks"), 1.2, is_sum=True),
            ),
        ),
        "payments": _Table(
            "payments",
            (
                _Column("Получен", _moment("received_at"), 1.5),
                _Column("Способ", _titled("dossier.method", "method"), 1.2),
                _Column("Номер у эквайера", _said("acquirer_payment"), 2),
                _Column("Состояние", _reversed),
                _Column("Сумма", _sum("sum_kopecks"), 1.2, is_sum=True),
            ),
        ),
        "receipts": _Table(
            "receipts",
            (
                _Column("Оформлен", _moment("at"), 1.5),
                _Column("Вид", _receipt_kind, 1.2),
                _Column("Состояние", _titled("receipt.status", "status"), 1.2),
                _Column("Номер у эквайера", _said("acquirer_receipt"), 2),
                _Column("Сумма", _sum("sum_kopecks"), 1.2, is_sum=True),
            ),
        ),
        "entries": _Table(
            "entries",
            (
                _Column("Дата", _day("day")),
                _Column("Платёжное поручение №", _said("number"), 1.5),
                _Column("Сумма", _sum("sum_kopecks"), 1.2, is_sum=True),
                _Column("Отнесено на заказ", _sum("allocated_kopecks"), 1.2, is_sum=True),
            ),
        ),
        "support": _Table(
            "messages",
            (
                _Column("Когда", _moment("at"), 1.3),
                _Column("Кто", _from, 0.9),
                _Column("Сообщение", _said("text"), 4),
            ),
        ),
        "letters": _Table(
            "letters",
            (
                _Column("Отправлено", _moment("at"), 1.3),
                _Column("Тема", _said("subject"), 1.5),
                _Column("Текст", _said("text"), 4),
            ),
        ),
        "attempts": _Table(
            "attempts",
            (
                _Column("Начата", _moment("begun_at"), 1.5),
                _Column("Состояние", _titled("card_payment.status", "status"), 1.2),
                _Column("Закончена", _moment("ended_at"), 1.5),
                _Column("Причина отказа", _refusal, 2),
                _Column("Сумма", _sum("sum_kopecks"), 1.2, is_sum=True),
            ),
        ),
        "refunds": _Table(
            "refunds",
            (
                _Column("Возврат", _said("refund"), 1.5),
                _Column("Открыт", _moment("opened_at"), 1.5),
                _Column("Состояние", _titled("refund.status", "status"), 1.5),
                _Column("Выплачен", _day("paid_on")),
                _Column("Причина отказа", _said("refusal"), 1.5),
                _Column("Сумма", _sum("sum_kopecks"), 1.2, is_sum=True),
            ),
        ),
        "returns": _Table(
            "returns",
            (
                _Column("Возврат товара", _said("return"), 1.5),
                _Column("Открыт", _moment("opened_at"), 1.5),
                _Column("Основание", _titled("goods_return.ground", "ground"), 2),
                _Column("Состояние", _titled("goods_return.status", "status"), 1.5),
                _Column("Штук просили", _said("asked")),
                _Column("Принято", _said("accepted")),
            ),
        ),
    }
)
_PAPER = Template("dispute_paper.typ")
