"""The running product around a browser: its pages, its data, its letters, and who works there."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from itertools import count
from typing import Any

from playwright.async_api import Browser, StorageState

from demo.time_skipping import let_pass
from domain.refund.refund import Action
from sandbox.identity.people import people
from simulation.api_client import ApiClient, Document
from simulation.billing_data import Invoice
from simulation.bodies import code_in
from simulation.dataset import DataSet
from simulation.loading import load_invoices
from simulation.people import caller_of
from simulation.sandboxes import Acquirer
from stack.embedded import Stack
from stack.mailbox import plain_text
from starter.api.http.auth import Caller
from tests.browser.album import Album
from tests.browser.window import Window, new_window, recording

LOOK_SECONDS = 0.2
"""Between two looks at a case or at the letters."""
PATIENCE_SECONDS = 120.0
"""How long they are looked at on a loaded machine."""
LINK = re.compile(r"https?://\S+")
PEOPLE = people()
"""Who can log in at the sandbox issuer, by login."""


@dataclass(frozen=True)
class Site:
    """Everything runs in processes of its own; all journeys share it."""

    stack: Stack
    api: ApiClient
    acquirer: Acquirer
    browser: Browser
    data: DataSet
    album: Album
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    sessions: dict[str, StorageState] = field(default_factory=dict)

    async def order(self, like: Invoice) -> Invoice:
        """Another order like that one, of the same client and paid the same way."""
        number = f"{like.number}{next(self.numbers):02}"
        payment = like.payment and replace(
            like.payment,
            id=f"payment-{number}",
            acquirer_id=like.payment.acquirer_id and f"acquired-{number}",
        )
        invoice = replace(like, number=number, payment=payment)
        await load_invoices(self.api, self.acquirer, [invoice.client], [invoice])
        return invoice

    async def case(self, invoice: Invoice, ordinal: int = 1) -> Document:
        """The refund of an order as its client sees it by the API."""
        path = f"/v1/refunds/refund-{invoice.number}-{ordinal}"
        return await self.api.read(caller_of(invoice.client), path)

    async def until(self, invoice: Invoice, status: str) -> Document:
        """The refund of an order, once it is in this status."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (case := await self.case(invoice))["status"] != status:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
        return case

    async def decide(
        self, staff: Caller, invoice: Invoice, action: Action, body: Any = None
    ) -> None:
        """One of our people takes an action that the API offers for the refund of an order."""
        path = f"/v1/refunds/refund-{invoice.number}-1"
        actions = (await self.api.read(staff, path))["actions"]
        offered: Mapping[str, Document] = {one["action"]: one for one in actions}
        offer = offered[action]
        await self.api.command(staff, offer["method"], offer["href"], body)

    async def days_pass(self, invoice: Invoice) -> None:
        """The time of an order's refund passes until the end of its wait."""
        case = await self.case(invoice)
        until = datetime.fromisoformat(case["wait_until"])
        await asyncio.to_thread(let_pass, self.stack.temporal_address, case["id"], until)

    async def letter(self, to: str, subject: str, number: int = 1) -> EmailMessage:
        """The first letter with this subject to an address, or the one of this number."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                sent = await asyncio.to_thread(self.stack.mailbox.letters, to)
                found = [letter for letter in sent if letter["Subject"] == subject]
                if len(found) >= number:
                    return found[number - 1]
                await asyncio.sleep(LOOK_SECONDS)

    async def code(self, invoice: Invoice, number: int = 1) -> str:
        """The one-time code of the first letter about an order, or of the one of this number."""
        subject = f"Возврат по счёту № {invoice.number}: код подтверждения"
        code = code_in(await self.letter(invoice.client.email, subject, number))
        assert code is not None
        return code


def link_in(letter: EmailMessage) -> str:
    """The first address that a letter names."""
    found = LINK.search(plain_text(letter))
    assert found is not None, plain_text(letter)
    return found[0]


class Visitors:
    """The people of one journey, each with a browser of his own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.windows: list[Window] = []
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> "Visitors":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    async def stranger(self, *, scripts: bool = True, known: StorageState | None = None) -> Window:
        """Somebody with a browser of his own; `known` are the cookies that it has already."""
        context = await self.site.browser.new_context(
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            java_script_enabled=scripts,
            storage_state=known,
        )
        await self._opened.enter_async_context(context)
        await recording(context)
        return await self._tab(context)

    async def person(self, login: str, *, scripts: bool = True) -> Window:
        """Somebody who has logged in at the issuer, on the page of orders."""
        known = self.site.sessions.get(login)
        window = await self.stranger(scripts=scripts, known=known)
        if known is None:
            await log_in(window, login)
            self.site.sessions[login] = await window.page.context.storage_state()
        else:
            await window.open("/")
        return window

    async def another_tab(self, window: Window) -> Window:
        """A second window of the same browser."""
        return await self._tab(window.page.context)

    async def _tab(self, context: Any) -> Window:
        window = await new_window(context, self.site.stack.cabinet_url, self.site.album)
        self.windows.append(window)
        return window

    @property
    def troubles(self) -> list[str]:
        """All that went wrong in anybody's window."""
        return [trouble for window in self.windows for trouble in window.troubles]


async def log_in(window: Window, login: str) -> None:
    """From the log-in page to the issuer, where one says who one is, and back."""
    await window.open("/login")
    await window.go("Войти через учётную запись")
    await window.go(PEOPLE[login].name, exact=False)
