"""The product as its callers meet it: the API over a real worker, database and Temporal."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import httpx2
from temporalio.client import Client

from domain.access.roles import Role
from settings import Settings
from simulation.api_client import ApiClient, Request
from starter.api.http.auth import Caller
from tests.books import Books, Line
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.patience import PATIENCE_SECONDS
from tests.starter.caller import DEVELOPMENT_KEY, until_known

ACCOUNT = "40702810638000000000"
RECIPIENT: Mapping[str, str | None] = {
    "recipient_name": "ООО «Ромашка»",
    "inn": "7707083893",
    "kpp": None,
    "bic": "044525225",
    "account": ACCOUNT,
    "bank_name": "ПАО Сбербанк",
    "correspondent_account": "30101810400000000225",
}
"""Right requisites of the client that `Books` puts down."""

SUBSCRIPTION = Line(
    1_220_050,
    "subscription",
    {"period_start": date(2026, 1, 1), "period_end": date(2026, 12, 31)},
)
"""The vector of domain-facts.md: stopped on 2026-03-17, 9 693.55 goes back."""
SERVICE = Line(500_000, "service")
"""A line that only a specialist can calculate."""


@dataclass(frozen=True)
class Person:
    """A caller with a way to the API.

    A command is repeated under its key while nobody knows its outcome, unless `once`.
    """

    http: httpx2.AsyncClient
    caller: Caller
    once: bool = False

    async def get(self, path: str, **params: Any) -> httpx2.Response:
        """A read."""
        return await self._sent("GET", path, query=params or None)

    async def send(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> httpx2.Response:
        """A command with a new key, unless it is a repeat."""
        return await self._sent(method, path, body=body, key=key or uuid4().hex)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx2.Response:
        """A POST."""
        return await self.send("POST", path, body, key=key)

    async def put(self, path: str, body: Any = None, *, key: str | None = None) -> httpx2.Response:
        """A PUT."""
        return await self.send("PUT", path, body, key=key)

    async def upload(
        self,
        path: str,
        content: bytes,
        *,
        method: str = "PUT",
        media_type: str = "application/pdf",
        key: str | None = None,
    ) -> httpx2.Response:
        """A file."""
        sent = {"file": content, "media_type": media_type, "key": key or uuid4().hex}
        return await self._sent(method, path, **sent)

    async def _sent(self, method: str, path: str, **request: Any) -> httpx2.Response:
        api = ApiClient(self.http, DEVELOPMENT_KEY)
        send = partial(api.send, self.caller, Request(method, path, **request))
        return await (send() if self.once or method == "GET" else until_known(send))


@dataclass(frozen=True)
class Shop:
    """Everything a test of the refund's API needs."""

    http: httpx2.AsyncClient
    books: Books
    temporal: Client
    settings: Settings
    acquirer: SandboxAcquirer

    def client_of(self, invoice_number: str) -> Person:
        """The client that the invoice is for."""
        row = self.books.row(
            "SELECT client_id FROM invoices WHERE number = %(n)s", n=invoice_number
        )
        return self.client(row.client_id)

    def client(self, client_id: str) -> Person:
        """A person of this client."""
        return Person(self.http, Caller(f"buh@{client_id}", Role.CLIENT, client_id))

    def staff(self, role: Role, login: str = "") -> Person:
        """Somebody of ours."""
        return Person(self.http, Caller(login or f"{role}-1", role))

    async def invoice(self, *lines: Line, **columns: Any) -> str:
        """An invoice paid by one card payment that the acquirer knows too."""
        number = self.books.invoice(*lines, paid=(), **columns)
        total = self.books.row(
            "SELECT total_kopecks FROM invoices WHERE number = %(n)s", n=number
        ).total_kopecks
        payment_id = await self.acquirer.payment(f"{total // 100}.{total % 100:02d}")
        self.books.payment(number, total, acquirer_id=payment_id)
        return number

    def lengthen(self, status: str, bank_days: int) -> None:
        """A newer policy: cases wait so many bank days in this status."""
        self.books.connection.execute(
            "INSERT INTO policies (kind, version, valid_from, document, author)"
            " SELECT kind, version + 1, valid_from, jsonb_set(document, ARRAY['waits', %s],"
            " document->'waits'->%s || jsonb_build_object('at_most', %s, 'unit', 'bank_days')),"
            " author FROM policies WHERE kind = 'refund' ORDER BY version DESC LIMIT 1",
            (status, status, bank_days),
        )

    async def opened(self, *lines: Line, **request: Any) -> "Case":
        """A case just asked for, of a new invoice."""
        return await self.asked(await self.invoice(*lines), **request)

    async def asked(self, number: str, **request: Any) -> "Case":
        """A case just asked for."""
        client = self.client_of(number)
        answer = await client.post("/v1/refunds", {"invoice_number": number, **request})
        assert answer.status_code == 201, answer.text
        return Case(self, client, answer.json()["id"])


@dataclass(frozen=True)
class Case:
    """A refund case and the people around it."""

    shop: Shop
    client: Person
    id: str

    @property
    def path(self) -> str:
        """Where it is read."""
        return f"/v1/refunds/{self.id}"

    async def read(self, person: Person | None = None) -> dict[str, Any]:
        """The case in full, as the client or somebody else sees it."""
        answer = await (person or self.client).get(self.path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def status(self) -> str:
        """Where it stands."""
        return str((await self.read())["status"])

    async def until(self, status: str) -> None:
        """Returns once the case is there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.status() != status:  # noqa: ASYNC110 - the process is another's
                await asyncio.sleep(0.02)

    async def drawn_up(self, **changes: Any) -> dict[str, Any]:
        """The statement of right requisites."""
        answer = await self.client.put(f"{self.path}/statement", requisites(**changes))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def code(self) -> str:
        """The one-time code, read where the mail is."""
        answer = await self.client.post(f"{self.path}/statement/code")
        assert answer.status_code == 201, answer.text
        return self.mailed_code()

    def mailed_code(self) -> str:
        """The newest code on its way to the client."""
        row = self.shop.books.rows(
            "SELECT params->>'code' AS code FROM notifications WHERE case_id = %(id)s"
            " AND template = 'refund_one_time_code' ORDER BY created_at DESC LIMIT 1",
            id=self.id,
        )[0]
        return str(row.code)

    async def sign(self, code: str, *, key: str | None = None) -> httpx2.Response:
        """A try to sign."""
        return await self.client.post(f"{self.path}/statement/signature", {"code": code}, key=key)

    async def signed(self) -> "Case":
        """The same case, signed by a code."""
        await self.drawn_up()
        answer = await self.sign(await self.code())
        assert answer.status_code == 200, answer.text
        return self

    async def by(self, role: Role, command: str, body: Any = None) -> httpx2.Response:
        """A decision of the staff."""
        return await self.shop.staff(role).post(f"{self.path}/{command}", body)

    def papers(self) -> Mapping[str, int]:
        """How many rows of each table are about this case: what a refusal must not change."""
        of_statement = "statement_id IN (SELECT id FROM statements WHERE refund_id = %(id)s)"
        tables = {
            "calculations": "refund_id = %(id)s",
            "notifications": "case_id = %(id)s",
            "one_time_codes": of_statement,
            "refund_history": "refund_id = %(id)s",
            "remarks": "refund_id = %(id)s",
            "scans": "refund_id = %(id)s",
            "signatures": of_statement,
            "statements": "refund_id = %(id)s",
        }
        return {
            table: self.shop.books.row(
                f"SELECT count(*) AS n FROM {table} WHERE {condition}",  # noqa: S608 - our own names
                id=self.id,
            ).n
            for table, condition in tables.items()
        }


def requisites(**changes: Any) -> dict[str, Any]:
    """Right requisites with changes."""
    return {**RECIPIENT, **changes}


def code_of(answer: httpx2.Response) -> str:
    """The problem's stable code."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return str(answer.json()["code"])


def wrong_fields(answer: httpx2.Response) -> dict[str, str]:
    """The code of each wrong field of a 422."""
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}
