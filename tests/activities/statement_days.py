"""Statements of one day of one account, made by hand."""

from dataclasses import dataclass
from datetime import date

from domain.money import amount_text

SERVICE_ACCOUNT = "40702810900000000417"
TRANSIT = "30232810900000000123"


@dataclass(frozen=True)
class Row:
    """A credit of a day's statement."""

    number: str = "481554"
    purpose: str = "Оплата по счету KP-2026-000014"
    account: str = TRANSIT
    bic: str = "049805746"
    inn: str = "7701234560"
    kopecks: int = 700_00


def day_of(day: date, *rows: Row, account: str = SERVICE_ACCOUNT, opening: int = 0) -> bytes:
    """The statement of a day, its balances right."""
    came = sum(row.kopecks for row in rows)
    head = [
        *("1CClientBankExchange", "Кодировка=Windows", "СекцияРасчСчет", f"РасчСчет={account}"),
        *(f"ДатаНачала={day:%d.%m.%Y}", f"ДатаКонца={day:%d.%m.%Y}"),
        *(f"НачальныйОстаток={amount_text(opening)}", f"ВсегоПоступило={amount_text(came)}"),
        *("ВсегоСписано=0", f"КонечныйОстаток={amount_text(opening + came)}", "КонецРасчСчет"),
    ]
    documents = [
        line
        for row in rows
        for line in (
            *("СекцияДокумент=Платежное поручение", f"Номер={row.number}"),
            *(f"Сумма={amount_text(row.kopecks)}", f"ДатаПоступило={day:%d.%m.%Y}"),
            *(f"ПлательщикСчет={row.account}", f"ПлательщикБИК={row.bic}"),
            *(f"ПлательщикИНН={row.inn}", f"ПолучательСчет={account}"),
            *(f"НазначениеПлатежа={row.purpose}", "КонецДокумента"),
        )
    ]
    return "".join(f"{line}\r\n" for line in (*head, *documents, "КонецФайла")).encode("cp1251")
