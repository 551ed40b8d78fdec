"""What papers say under the name of a party, and sums of a column."""

from domain.billing.issued_invoice import Supplier
from gateways.documents.printing import breakable
from texts import rubles


def rows_of(inn: str | None, kpp: str | None, address: str | None) -> list[str]:
    """The rows under a party's name: its numbers, its address."""
    numbers = (("ИНН", inn), ("КПП", kpp))
    named = ", ".join(f"{label}\u00a0{value}" for label, value in numbers if value)
    return [breakable(row) for row in (named, address) if row]


def rows_of_ours(supplier: Supplier | None) -> list[str]:
    """The rows under our own name, with our account; none while no own account is stored."""
    if supplier is None:
        return []
    ours = supplier.requisites
    account = f"Р/с {ours.account}, {ours.bank_name}, БИК {ours.bic}"
    if ours.correspondent_account:
        account += f", к/с {ours.correspondent_account}"
    return [*rows_of(ours.inn, ours.kpp, supplier.address), breakable(account)]


def sum_in_column(kopecks: int) -> str:
    """«12 000,00»: the column says that it is roubles."""
    return rubles(kopecks).removesuffix("₽").rstrip()
