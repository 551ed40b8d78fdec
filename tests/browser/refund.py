"""What a client does on the pages of a refund."""

from dataclasses import asdict

from domain.billing.requisites import Requisites
from simulation.billing_data import Invoice
from tests.browser.site import Site
from tests.browser.window import Window


def page_of(invoice: Invoice, ordinal: int = 1) -> str:
    """The page of an order's refund: the first, unless it is said which one."""
    return f"/refunds/refund-{invoice.number}-{ordinal}"


async def open_menu(window: Window, invoice: Invoice) -> None:
    """The three dots of an order in the list."""
    await window.page.get_by_label(f"Действия с заказом № {invoice.number}", exact=True).click()


async def begin(window: Window, invoice: Invoice) -> None:
    """From the list of orders to what would go back, and why."""
    await window.open("/")
    await open_menu(window, invoice)
    await window.go("Оформить возврат")


async def ask(window: Window, invoice: Invoice) -> None:
    """To the page of the case, whose statement waits to be filled in."""
    await begin(window, invoice)
    await window.go("Оформить возврат")
    assert window.path == page_of(invoice)


async def fill_in(window: Window, requisites: Requisites) -> None:
    """The statement, from the case's page and back to it."""
    await window.go("Заполнить заявление")
    await window.type(**asdict(requisites))
    await window.go("Сохранить и перейти к подписи")


async def sign(window: Window, site: Site, invoice: Invoice, number: int = 1) -> None:
    """By the code of a letter; `number` says which letter with a code it is."""
    await window.go("Получить код")
    await window.type(code=await site.code(invoice, number))
    await window.go("Подписать заявление")
