"""The HTTP client: one connection pool, a limit on every wait and on the size of every answer."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

import httpx2

from gateways.acquirer.answers import (
    AcquirerPaymentStatus,
    AcquirerRefundStatus,
    PaymentAnswer,
    ReceiptAnswer,
    RefundAnswer,
    decoded,
    items_of,
    own_key,
    understood,
    understood_payment,
    understood_receipt,
)
from gateways.acquirer.errors import AcquirerRefused, AcquirerUnavailable
from gateways.acquirer.requests import (
    PaymentOrder,
    Receipt,
    closing_body,
    idempotence_key,
    payment_body,
    refund_body,
)

MAX_ANSWER_BYTES: Final = 1_048_576
MAX_CONNECTIONS: Final = 20
KEEP_ALIVE_SECONDS: Final = 3.0  # shorter than a server's, so that no idle one closes on us
PAGE_SIZE: Final = 100
MAX_PAGES: Final = 10
MAX_LISTED_PAGES: Final = 2_000
"""The most pages of a list that is compared as a whole: 200,000 refunds."""

_NEVER_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)
_MOST_TELLING: Final = (
    AcquirerRefundStatus.SUCCEEDED,
    AcquirerRefundStatus.PENDING,
    AcquirerRefundStatus.UNRECOGNISED,
    AcquirerRefundStatus.CANCELLED,
)


@dataclass(frozen=True)
class AcquirerTimeouts:
    """Seconds; `overall` bounds one request whatever its parts do."""

    connect: float = 5.0
    read: float = 20.0
    write: float = 10.0
    pool: float = 5.0
    overall: float = 30.0


class _Unreadable(Exception):  # noqa: N818 - becomes AcquirerUnavailable before it leaves
    """An answer that does not follow the protocol."""


class AcquirerGateway:
    """One client for the life of the process. `base_url` is without the version: `/v3` is added."""

    def __init__(
        self,
        base_url: str,
        shop_id: str,
        secret_key: str,
        *,
        timeouts: AcquirerTimeouts = AcquirerTimeouts(),
    ) -> None:
        self._overall_seconds = timeouts.overall
        self._client = httpx2.AsyncClient(
            base_url=base_url.rstrip("/"),
            auth=httpx2.BasicAuth(shop_id, secret_key),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=httpx2.Timeout(
                connect=timeouts.connect,
                read=timeouts.read,
                write=timeouts.write,
                pool=timeouts.pool,
            ),
            limits=httpx2.Limits(
                max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEP_ALIVE_SECONDS
            ),
            trust_env=False,
        )

    async def refund(
        self,
        key: str,
        payment_id: str,
        amount_kopecks: int,
        description: str,
        metadata: Mapping[str, str],
        receipt: Receipt | None = None,
    ) -> RefundAnswer:
        """Requests a refund; repeating the same call within 24 hours never pays twice.

        The description is cut to the acquirer's limit; a partial refund needs its `receipt`. Raises
        `ValueError` for invalid arguments, and the errors of this package.
        """
        body = refund_body(key, payment_id, amount_kopecks, description, metadata, receipt)
        headers = {"Idempotence-Key": idempotence_key(key), "Content-Type": "application/json"}
        status, content = await self._ask("POST", "/v3/refunds", content=body, headers=headers)
        answer = decoded(status, content)
        if status == httpx2.codes.ACCEPTED and "id" not in answer:
            return RefundAnswer(
                refund_id=None,
                status=AcquirerRefundStatus.PENDING,
                amount_kopecks=amount_kopecks,
                reason=None,
                party=None,
                created_at=None,
                payment_id=payment_id,
                key=key,
            )
        return understood(answer)

    async def refund_by_id(self, refund_id: str) -> RefundAnswer:
        """The present state of a refund: for polling, and to check a webhook."""
        path = f"/v3/refunds/{quote(refund_id, safe='')}"
        return understood(decoded(*await self._ask("GET", path)))

    async def find_refund(self, payment_id: str, key: str) -> RefundAnswer | None:
        """The refund made with our key, when the outcome of its request is unknown.

        If there are several (a key repeated after it was forgotten), one that moved money is
        returned. None: it is not in the list, see the package's docstring.
        """
        items = [item async for item in self._refunds_of(payment_id)]
        ours = [understood(item) for item in items if own_key(item) == key]
        return min(ours, key=lambda answer: _MOST_TELLING.index(answer.status), default=None)

    async def create_payment(
        self, key: str, order: PaymentOrder, metadata: Mapping[str, str]
    ) -> PaymentAnswer:
        """Requests a payment page; repeating the same call within 24 hours returns the same payment
        in its present state.

        The description and the items' titles are cut to the acquirer's limits. Raises `ValueError`
        for invalid arguments, and the errors of this package.
        """
        body = payment_body(key, order, metadata)
        headers = {"Idempotence-Key": idempotence_key(key), "Content-Type": "application/json"}
        status, content = await self._ask("POST", "/v3/payments", content=body, headers=headers)
        answer = decoded(status, content)
        if status == httpx2.codes.ACCEPTED and "id" not in answer:
            pending = AcquirerPaymentStatus.PENDING
            return PaymentAnswer(None, pending, order.amount_kopecks, key=key)
        return understood_payment(answer)

    async def find_payment(self, payment_id: str) -> PaymentAnswer:
        """The present state of a payment: for polling, and to check a webhook."""
        path = f"/v3/payments/{quote(payment_id, safe='')}"
        return understood_payment(decoded(*await self._ask("GET", path)))

    async def look_at_payment(self, payment_id: str) -> PaymentAnswer | None:
        """The present state of a payment; None when the acquirer has none with that id."""
        try:
            return await self.find_payment(payment_id)
        except AcquirerRefused as refused:
            if refused.is_unknown_there:
                return None
            raise

    async def refunds_of(self, payment_id: str) -> list[RefundAnswer]:
        """All refunds of a payment, made by whomever, newest first; without those still at 202."""
        return [understood(item) async for item in self._refunds_of(payment_id)]

    async def refunds_since(self, since: datetime) -> AsyncIterator[Sequence[RefundAnswer]]:
        """All refunds created since an instant, made by whomever, newest first, page by page.

        Those still at 202 are in no list. Raises `AcquirerUnavailable` past `MAX_LISTED_PAGES`.
        """
        query = {"created_at.gte": since.isoformat(timespec="milliseconds")}
        async for page in self._pages(query, MAX_LISTED_PAGES):
            yield [understood(item) for item in page]

    async def close(self, key: str, payment_id: str, receipt: Receipt) -> ReceiptAnswer:
        """Requests the closing receipt of a prepayment; repeating the same call prints it once."""
        headers = {"Idempotence-Key": idempotence_key(key), "Content-Type": "application/json"}
        body = closing_body(payment_id, receipt)
        answer = await self._ask("POST", "/v3/receipts", content=body, headers=headers)
        return understood_receipt(decoded(*answer))

    async def receipt_by_id(self, receipt_id: str) -> ReceiptAnswer:
        """The present state of a closing receipt."""
        path = f"/v3/receipts/{quote(receipt_id, safe='')}"
        return understood_receipt(decoded(*await self._ask("GET", path)))

    async def payments_since(self, since: datetime) -> AsyncIterator[Sequence[PaymentAnswer]]:
        """All payments captured since an instant, requested by whomever, page by page.

        Raises `AcquirerUnavailable` past `MAX_LISTED_PAGES`.
        """
        moment = since.isoformat(timespec="milliseconds")
        query = {"captured_at.gte": moment, "status": "succeeded"}
        async for page in self._pages(query, MAX_LISTED_PAGES, "/v3/payments"):
            yield [understood_payment(item) for item in page]

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _refunds_of(self, payment_id: str) -> AsyncIterator[Mapping[str, object]]:
        async for page in self._pages({"payment_id": payment_id}, MAX_PAGES):
            for item in page:
                yield item

    async def _pages(
        self, query: Mapping[str, str], at_most: int, path: str = "/v3/refunds"
    ) -> AsyncIterator[Sequence[Mapping[str, object]]]:
        query = {**query, "limit": str(PAGE_SIZE)}
        for _ in range(at_most):
            page = decoded(*await self._ask("GET", path, params=query))
            yield items_of(page)
            cursor = page.get("next_cursor")
            if not isinstance(cursor, str):
                return
            query = {**query, "cursor": cursor}
        raise AcquirerUnavailable("more than a look-up reads", outcome_unknown=True)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        # After a failed look-up the outcome of the refund itself is still unknown.
        request = self._client.build_request(
            method, path, content=content, headers=headers, params=params
        )
        reads = method == "GET"
        try:
            async with asyncio.timeout(self._overall_seconds):
                return await self._exchange(request)
        except _NEVER_SENT as error:
            raise AcquirerUnavailable(_name(error), outcome_unknown=reads) from error
        except (httpx2.HTTPError, TimeoutError, _Unreadable) as error:
            raise AcquirerUnavailable(_name(error), outcome_unknown=True) from error

    async def _exchange(self, request: httpx2.Request) -> tuple[int, bytes]:
        answer = await self._client.send(request, stream=True)
        try:
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > MAX_ANSWER_BYTES:
                    raise _Unreadable("answer too large")
        finally:
            await answer.aclose()
        return answer.status_code, bytes(content)


def _name(error: Exception) -> str:
    # The text of a transport error may contain addresses and headers; its class is enough.
    return f"acquirer unavailable: {type(error).__name__}"
