"""A client with a few invoices, and payers of all kinds."""

from datetime import date

from domain.banking.matching import IncomingEntry, OpenInvoice

OWN_INN, KNOWN_INN, STRANGER_INN, OTHER_INN = "7701234560", "7812014560", "6601234567", "5001234567"
NAME = "ООО «Ромашка»"
DAY = date(2026, 11, 12)


def invoice(
    number: str,
    kopecks: int,
    *,
    client: str = "romashka",
    inns: frozenset[str] = frozenset({OWN_INN}),
    name: str = NAME,
    paid: bool = False,
    void: bool = False,
) -> OpenInvoice:
    """An open invoice of the client with one known payer, or a paid or void one."""
    return OpenInvoice(
        number=number,
        client_id=client,
        client_name=name,
        payer_inns=inns,
        known_payer_inns=frozenset({KNOWN_INN}),
        balance_kopecks=0 if paid or void else kopecks,
        total_kopecks=kopecks,
        issued_on=date(2026, 11, 5),
        is_void=void,
    )


MAIN = invoice("KP-2026-000123", 1_234_50)
FIRST, SECOND, THIRD = (
    invoice("KP-2026-000217", 100_00),
    invoice("KP-2026-000218", 250_00),
    invoice("KP-2026-000221", 330_00),
)
BILLED, PLAIN, SHORT = (
    invoice("2026-000417", 717_00),
    invoice("A-1173", 555_00),
    invoice("55", 60_00),
)
PAID = invoice("KP-2026-000700", 990_00, paid=True)
VOID = invoice("KP-2026-000800", 880_00, void=True)
SOMEONE_ELSES = invoice("KP-2026-000900", 1_234_50, client="another", inns=frozenset({OTHER_INN}))
PERSON = invoice(
    "KP-2026-000950", 400_00, client="person", inns=frozenset(), name="Иванов Пётр Ильич"
)
ALL = (MAIN, FIRST, SECOND, THIRD, BILLED, PLAIN, SHORT, PAID, VOID, SOMEONE_ELSES, PERSON)


def entry(
    purpose: str, kopecks: int = 1_234_50, inn: str | None = OWN_INN, name: str = NAME
) -> IncomingEntry:
    """Money of the client itself, for its main invoice if nothing else is said."""
    return IncomingEntry(kopecks, inn, name, purpose, DAY)
