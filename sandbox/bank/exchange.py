"""1CClientBankExchange as the bank reads and writes it; shares no code with the product."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sandbox.bank.terms import ENCODINGS, MAX_ORDERS, OUR_BANK

_AMOUNT = re.compile(r"[0-9]{1,12}[.,][0-9]{2}", re.ASCII)
_ORDERS_ENCODING = "cp1251"


class FileRefusedError(Exception):
    """A file of orders that the bank refuses; the message says why."""


@dataclass(frozen=True)
class Party:
    """One side of a document."""

    name: str
    inn: str
    account: str
    bic: str


@dataclass(frozen=True)
class Order:
    """A payment order out of a file."""

    number: str
    day: date
    kopecks: int
    payer: Party
    recipient: Party
    purpose: str


@dataclass(frozen=True)
class Document:
    """An entry of a statement: a debit or credit of the account."""

    number: str
    day: date
    posted: date
    kopecks: int
    out: bool
    payer: Party
    recipient: Party
    purpose: str


@dataclass(frozen=True)
class Statement:
    """An account over a period, both days included."""

    account: str
    first_day: date
    last_day: date
    opening: int
    documents: tuple[Document, ...]

    @property
    def credited(self) -> int:
        """What came in."""
        return sum(one.kopecks for one in self.documents if not one.out)

    @property
    def debited(self) -> int:
        """What went out."""
        return sum(one.kopecks for one in self.documents if one.out)


def kopecks_of(text: str) -> int:
    """Kopecks of «123.45»; raises `FileRefusedError`."""
    if not _AMOUNT.fullmatch(text):
        raise FileRefusedError(f"a sum is roubles and two digits of kopecks, not {text!r}")
    return int(text.replace(",", "").replace(".", ""))


def roubles_of(kopecks: int) -> str:
    """«123.45», below zero with a minus."""
    sign, whole = ("-", -kopecks) if kopecks < 0 else ("", kopecks)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def day_of(text: str) -> date:
    """A day written 21.11.2026; raises `FileRefusedError`."""
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise FileRefusedError(f"a day is written dd.mm.yyyy, not {text!r}") from None


def read_orders(content: bytes) -> list[Order]:
    """The payment orders of a file, in its order; raises `FileRefusedError` for a broken one."""
    try:
        lines = content.decode(_ORDERS_ENCODING).split("\r\n")
    except UnicodeDecodeError:
        raise FileRefusedError("orders come in cp1251") from None
    if lines[0] != "1CClientBankExchange" or lines[-2:] != ["КонецФайла", ""]:
        raise FileRefusedError("the file does not begin or end as it should")
    orders = [_order(section) for section in _sections(lines)]
    if not 0 < len(orders) <= MAX_ORDERS:
        raise FileRefusedError(f"a file has 1 to {MAX_ORDERS} orders")
    return orders


def write_statement(statement: Statement, encoding: str) -> bytes:
    """A statement whose balances add up."""
    lines = [*_head(statement, encoding), *_balances(statement)]
    for document in statement.documents:
        lines.extend(_document(document))
    lines.append("КонецФайла")
    return "".join(f"{line}\r\n" for line in lines).encode(encoding, "replace")


def _sections(lines: Sequence[str]) -> Iterator[dict[str, str]]:
    section: dict[str, str] | None = None
    for line in lines:
        key, _, value = line.partition("=")
        if key == "СекцияДокумент":
            if section is not None:
                raise FileRefusedError("an order begins inside another")
            section = {}
        elif key == "КонецДокумента":
            if section is None:
                raise FileRefusedError("an order ends that did not begin")
            yield section
            section = None
        elif section is not None:
            section[key] = value
    if section is not None:
        raise FileRefusedError("an order does not end")


def _order(section: dict[str, str]) -> Order:
    try:
        return Order(
            number=section["Номер"],
            day=day_of(section["Дата"]),
            kopecks=kopecks_of(section["Сумма"]),
            payer=_party(section, "Плательщик"),
            recipient=_party(section, "Получатель"),
            purpose=section["НазначениеПлатежа"],
        )
    except KeyError as missing:
        raise FileRefusedError(f"an order has no {missing}") from None


def _party(section: dict[str, str], side: str) -> Party:
    return Party(
        name=section[side],
        inn=section[f"{side}ИНН"],
        account=section[f"{side}Счет"],
        bic=section[f"{side}БИК"],
    )


def _head(statement: Statement, encoding: str) -> Iterator[str]:
    yield from ("1CClientBankExchange", "ВерсияФормата=1.03", f"Кодировка={ENCODINGS[encoding]}")
    yield from (f"Отправитель={OUR_BANK}", "Получатель=", *_period(statement))


def _balances(statement: Statement) -> Iterator[str]:
    closing = statement.opening + statement.credited - statement.debited
    yield from ("СекцияРасчСчет", *_period(statement))
    yield f"НачальныйОстаток={roubles_of(statement.opening)}"
    yield f"ВсегоПоступило={roubles_of(statement.credited)}"
    yield f"ВсегоСписано={roubles_of(statement.debited)}"
    yield from (f"КонечныйОстаток={roubles_of(closing)}", "КонецРасчСчет")


def _period(statement: Statement) -> tuple[str, str, str]:
    return (
        f"ДатаНачала={statement.first_day:%d.%m.%Y}",
        f"ДатаКонца={statement.last_day:%d.%m.%Y}",
        f"РасчСчет={statement.account}",
    )


def _document(one: Document) -> Iterator[str]:
    yield "СекцияДокумент=Платежное поручение"
    yield from (f"Номер={one.number}", f"Дата={one.day:%d.%m.%Y}")
    yield f"Сумма={roubles_of(one.kopecks)}"
    yield f"{'ДатаСписано' if one.out else 'ДатаПоступило'}={one.posted:%d.%m.%Y}"
    for side, party in (("Плательщик", one.payer), ("Получатель", one.recipient)):
        yield f"{side}Счет={party.account}"
        yield f"{side}=ИНН {party.inn} {party.name}"
        yield from (f"{side}ИНН={party.inn}", f"{side}1={party.name}", f"{side}БИК={party.bic}")
    yield from ("ВидОплаты=01", "Очередность=5", f"НазначениеПлатежа={one.purpose}")
    yield "КонецДокумента"
