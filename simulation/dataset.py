"""The data set: made-up companies and people with consistent requisites, and their invoices."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from domain.billing.invoice import PaymentMethod, ProductKind
from domain.billing.requisites import ClientKind, Requisites
from domain.money import VatRate
from simulation.billing_data import Client, Invoice, Line, Payment

YEAR_DAYS = 365
"""Days of a yearly subscription, both ends included."""


@dataclass(frozen=True)
class DataSet:
    """Everything that billing registers; the named invoices are those of the stories."""

    today: date
    subscription: Invoice
    mixed: Invoice
    transferred: Invoice
    not_started: Invoice
    unpaid: Invoice
    of_service_centre: Invoice
    too_old: Invoice
    others: tuple[Invoice, ...]

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        """In the order of their numbers."""
        played = (self.subscription, self.mixed, self.transferred, self.not_started)
        named = (*played, self.unpaid, self.of_service_centre, self.too_old)
        return tuple(sorted((*named, *self.others), key=lambda invoice: invoice.number))

    @property
    def clients(self) -> tuple[Client, ...]:
        """The clients of all invoices, each once."""
        return tuple({invoice.client.id: invoice.client for invoice in self.invoices}.values())


ROMASHKA = Client(
    id="romashka",
    kind=ClientKind.COMPANY,
    name="ООО «Ромашка»",
    inn="7709123460",
    kpp="770901001",
    email="buh@romashka.example",
    requisites=Requisites(
        recipient_name="ООО «Ромашка»",
        inn="7709123460",
        kpp="770901001",
        bic="044525225",
        account="40702810938000104512",
        bank_name="ПАО Сбербанк",
        correspondent_account="30101810400000000225",
    ),
)
SHIPYARD = Client(
    id="volga-shipyard",
    kind=ClientKind.COMPANY,
    name="АО «Волжские верфи»",
    inn="5208765417",
    kpp="520801001",
    email="finance@verfi.example",
    requisites=Requisites(
        recipient_name="АО «Волжские верфи»",
        inn="5208765417",
        kpp="520801001",
        bic="042202603",
        account="40702810542000001234",
        bank_name="Волго-Вятский банк ПАО Сбербанк",
        correspondent_account="30101810900000000603",
    ),
)
NEW_SHIPYARD_REQUISITES = replace(
    SHIPYARD.requisites,
    bic="044525593",
    account="40702810702470001123",
    bank_name="АО «Альфа-Банк»",
    correspondent_account="30101810200000000593",
)
"""What the shipyard enters after a specialist's remark that the old account is closed."""
BELOV = Client(
    id="belov",
    kind=ClientKind.SOLE_TRADER,
    name="ИП Белов Антон Сергеевич",
    inn="500311234527",
    kpp=None,
    email="anton@belov.example",
    requisites=Requisites(
        recipient_name="ИП Белов Антон Сергеевич",
        inn="500311234527",
        kpp=None,
        bic="044525974",
        account="40802810400005512345",
        bank_name="АО «ТБанк»",
        correspondent_account="30101810145250000974",
    ),
)
KUZNETSOVA = Client(
    id="kuznetsova",
    kind=ClientKind.INDIVIDUAL,
    name="Кузнецова Елена Дмитриевна",
    inn="771209876500",
    kpp=None,
    email="elena@kuznetsova.example",
    requisites=Requisites(
        recipient_name="Кузнецова Елена Дмитриевна",
        inn="771209876500",
        kpp=None,
        bic="044525225",
        account="40817810238000987654",
        bank_name="ПАО Сбербанк",
        correspondent_account="30101810400000000225",
    ),
)
VECTOR = Client(
    id="vector",
    kind=ClientKind.COMPANY,
    name="ООО «Вектор-Логистика»",
    inn="7805432172",
    kpp="780501001",
    email="office@vector.example",
    requisites=Requisites(
        recipient_name="ООО «Вектор-Логистика»",
        inn="7805432172",
        kpp="780501001",
        bic="044030653",
        account="40702810055000007788",
        bank_name="Северо-Западный банк ПАО Сбербанк",
        correspondent_account="30101810500000000653",
    ),
)
NEW_VECTOR_REQUISITES = replace(
    VECTOR.requisites,
    bic="044030786",
    account="40702810132470004455",
    bank_name="Филиал «Санкт-Петербургский» АО «Альфа-Банк»",
    correspondent_account="30101810600000000786",
)
"""What the carrier enters after its bank has returned the money."""
SOLOVYOV = Client(
    id="solovyov",
    kind=ClientKind.INDIVIDUAL,
    name="Соловьёв Пётр Алексеевич",
    inn="165544332210",
    kpp=None,
    email="petr@solovyov.example",
    requisites=Requisites(
        recipient_name="Соловьёв Пётр Алексеевич",
        inn="165544332210",
        kpp=None,
        bic="044525593",
        account="40817810504560003412",
        bank_name="АО «Альфа-Банк»",
        correspondent_account="30101810200000000593",
    ),
)


def data_set(today: date) -> DataSet:
    """The data as of a Moscow date: periods lie around it, so the sums are the same every day."""
    ago = _DaysBefore(today)
    return DataSet(
        today=today,
        subscription=ago.paid(
            "000117",
            ROMASHKA,
            76,
            ago.subscription("Тариф «Стандарт», год", 12_200_50, used_days=75, vat=VatRate.VAT22),
        ),
        mixed=ago.paid(
            "000121",
            SHIPYARD,
            92,
            ago.subscription("Тариф «Максимальный», 50 мест, год", 180_000_00, used_days=90),
            Line("Лицензия на модуль «Склад», ключ не выдан", ProductKind.LICENCE, 45_000_00),
            Line("Внедрение и обучение, 40 часов", ProductKind.SERVICE, 60_000_00, VatRate.VAT22),
        ),
        transferred=ago.paid(
            "000133",
            VECTOR,
            18,
            ago.subscription("Тариф «Стандарт», год", 48_000_00, used_days=14),
            method=PaymentMethod.BANK_TRANSFER,
        ),
        not_started=ago.paid(
            "000138", SOLOVYOV, 7, ago.subscription("Тариф «Старт», год", 7_200_00, used_days=-3)
        ),
        unpaid=ago.invoice(
            "000140", BELOV, 5, ago.subscription("Тариф «Старт», год", 9_900_00, used_days=-10)
        ),
        of_service_centre=replace(
            ago.paid(
                "000098",
                VECTOR,
                120,
                ago.subscription("Тариф «Стандарт», год", 36_000_00, used_days=110),
                method=PaymentMethod.BANK_TRANSFER,
            ),
            service_centre="Северо-Запад",
        ),
        too_old=ago.paid(
            "000003",
            SOLOVYOV,
            1_200,
            ago.subscription("Тариф «Старт», год", 6_400_00, used_days=1_190, vat=VatRate.VAT20),
        ),
        others=_others(ago),
    )


def _others(ago: "_DaysBefore") -> tuple[Invoice, ...]:
    """The invoices of an ordinary month besides those of the stories."""
    transfer, sbp = PaymentMethod.BANK_TRANSFER, PaymentMethod.SBP
    return (
        ago.paid("000118", ROMASHKA, 60, ago.licence("Лицензия на модуль «Касса»", 4_800_00, 59)),
        ago.paid(
            "000122",
            SHIPYARD,
            45,
            ago.subscription("Поддержка «Расширенная», год", 96_000_00, used_days=40),
            method=transfer,
        ),
        ago.paid("000125", BELOV, 30, ago.licence("Лицензия «Отчёты»", 3_500_00, 30), method=sbp),
        ago.paid(
            "000130",
            KUZNETSOVA,
            21,
            ago.subscription("Тариф «Личный», год", 2_990_00, used_days=20),
            method=sbp,
        ),
        ago.paid(
            "000131",
            KUZNETSOVA,
            20,
            Line("Перенос данных, 2 часа", ProductKind.SERVICE, 5_000_00, VatRate.VAT22),
        ),
    )


@dataclass(frozen=True)
class _DaysBefore:
    """Makes invoices and their lines by how many days before today something happened."""

    today: date

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def subscription(
        self, title: str, kopecks: int, *, used_days: int, vat: VatRate = VatRate.NONE
    ) -> Line:
        """A year of which so many days are over, today not counted; below zero, yet to start."""
        start = self.day(used_days)
        period = (start, start + timedelta(days=YEAR_DAYS - 1))
        return Line(title, ProductKind.SUBSCRIPTION, kopecks, vat, period=period)

    def licence(self, title: str, kopecks: int, delivered_ago: int) -> Line:
        return Line(title, ProductKind.LICENCE, kopecks, delivered_on=self.day(delivered_ago))

    def invoice(self, number: str, client: Client, issued_ago: int, *lines: Line) -> Invoice:
        issued_on = self.day(issued_ago)
        return Invoice(f"{issued_on.year}-{number}", client, issued_on, lines, payment=None)

    def paid(
        self,
        number: str,
        client: Client,
        issued_ago: int,
        *lines: Line,
        method: PaymentMethod = PaymentMethod.BANK_CARD,
    ) -> Invoice:
        """Issued and paid at noon UTC of the same day, whole."""
        invoice = self.invoice(number, client, issued_ago, *lines)
        payment = Payment(
            id=f"payment-{invoice.number}",
            method=method,
            received_at=datetime.combine(invoice.issued_on, time(12), UTC),
            acquirer_id=(
                None if method is PaymentMethod.BANK_TRANSFER else f"acquired-{invoice.number}"
            ),
        )
        return replace(invoice, payment=payment)
