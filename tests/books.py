"""What billing, clients and staff put down before a process takes it, as rows."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import namedtuple_row

from domain.refund.refund import RefundRequest, workflow_id
from domain.refund.service import ServiceOutcome
from domain.refund.statement import digest

AT = datetime(2026, 3, 17, 9, tzinfo=UTC)
PAID_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LICENCE_KOPECKS = 4_000_000
"""An undelivered licence below the automatic limit: all of it goes back at once."""
CLIENT_NAME = "ООО «Ромашка»"
LOCK_LIMIT = "-c lock_timeout=30s"
"""A test that waits for a row that its own loop holds says so instead of standing still."""
CODE_HASH = "0" * 64


@dataclass(frozen=True)
class Line:
    """A line of an invoice; by default an undelivered licence."""

    sum_kopecks: int = LICENCE_KOPECKS
    kind: str = "licence"
    columns: Mapping[str, Any] = field(default_factory=dict)


class Books:
    """One module's database and what tests put into it."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(
            url, autocommit=True, row_factory=namedtuple_row, options=LOCK_LIMIT
        )

    def close(self) -> None:
        """Hangs up."""
        self.connection.close()

    def checked_long_ago(self) -> None:
        """Every check of a payment was made two minutes earlier, past the triggers that keep it."""
        with self.connection.transaction():
            self.connection.execute("SET LOCAL session_replication_role = replica")
            self.connection.execute(
                """UPDATE payment_checks SET checked_at = checked_at - interval '2 minutes',
                    free_at = free_at - interval '2 minutes',
                    day = (checked_at - interval '2 minutes') AT TIME ZONE 'Europe/Moscow'"""
            )

    def rows(self, sql: str, **params: Any) -> list[Any]:
        """The rows of a query."""
        return self.connection.execute(sql.encode(), params).fetchall()

    def row(self, sql: str, **params: Any) -> Any:
        """The only row of a query."""
        (row,) = self.rows(sql, **params)
        return row

    def put(self, table: str, **columns: Any) -> None:
        """One row."""
        values = {
            name: json.dumps(value) if isinstance(value, dict | list) else value
            for name, value in columns.items()
        }
        places = ", ".join(f"%({name})s" for name in values)
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"  # noqa: S608 - our own names
        self.connection.execute(sql.encode(), values)

    def client(self, **columns: Any) -> str:
        """A company unless the columns say otherwise; its id."""
        client_id = f"client-{uuid4().hex[:12]}"
        known = {"kind": "company", "name": CLIENT_NAME, "email": "buh@romashka.example"}
        self.put("clients", **{"id": client_id, **known, **columns})
        return client_id

    def know_years(self, *years: int) -> None:
        """The bank days of these years, or of those around now, are confirmed."""
        for year in years or (2026, 2027, 2028, 2029, 2030):
            self.connection.execute(
                "INSERT INTO calendar_years VALUES (%s, 'orlov', now()) ON CONFLICT DO NOTHING",
                [year],
            )

    def invoice(
        self,
        *lines: Line,
        paid: tuple[int, ...] | None = None,
        method: str = "bank_card",
        **columns: Any,
    ) -> str:
        """An invoice issued online, paid whole unless the sums `paid` say otherwise; its number."""
        lines = lines or (Line(),)
        number: str = columns.pop("number", uuid4().hex[:12])
        total = sum(line.sum_kopecks for line in lines)
        head = {"issued_by": "online", "issued_on": PAID_AT.date(), "total_kopecks": total}
        self.put("invoices", **{"number": number, "client_id": self.client(), **head, **columns})
        for place, line in enumerate(lines, start=1):
            self.put(
                "invoice_lines",
                **{
                    "invoice_number": number,
                    "line_no": place,
                    "title": "Лицензия",
                    "kind": line.kind,
                    "sum_kopecks": line.sum_kopecks,
                    "vat_rate": "none",
                    **line.columns,
                },
            )
        for amount in (total,) if paid is None else paid:
            self.payment(number, amount, method)
        return number

    def payment(
        self,
        number: str,
        amount_kopecks: int,
        method: str = "bank_card",
        acquirer_id: str | None = None,
    ) -> str:
        """Money that came in for an invoice; the payment's id."""
        payment_id = uuid4().hex
        acquired = None if method == "bank_transfer" else acquirer_id or uuid4().hex
        self.put(
            "payments",
            id=payment_id,
            invoice_number=number,
            method=method,
            acquirer_payment_id=acquired,
            amount_kopecks=amount_kopecks,
            received_at=PAID_AT,
        )
        return payment_id

    def request(self, number: str, ordinal: int = 1, **changes: Any) -> RefundRequest:
        """The request of the invoice's own client for all of it."""
        client_id = self.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number)[0]
        return RefundRequest(workflow_id(number, ordinal), number, client_id, ordinal, **changes)

    def calculation(
        self,
        refund_id: str,
        *sums: int,
        by: str = "petrova",
        service: ServiceOutcome | None = None,
        sum_kopecks: int | None = None,
    ) -> str:
        """A specialist's calculation by lines, or of a surplus by its sum; its id."""
        calculation_id = str(uuid4())
        self.put(
            "calculations",
            id=calculation_id,
            refund_id=refund_id,
            kind="specialist",
            calculated_by=by,
            at=AT,
            inputs={},
            trace={} if service is None else {"service": service.content},
            service_stops_on=None if service is None else service.stops_on,
            reason="часть работ выполнена",
            sum_kopecks=sum(sums) if sum_kopecks is None else sum_kopecks,
        )
        for place, line_kopecks in enumerate(sums, start=1):
            self.put(
                "calculation_lines",
                calculation_id=calculation_id,
                line_no=place,
                sum_kopecks=line_kopecks,
                vat_rate="none",
                vat_kopecks=0,
            )
        return calculation_id

    def statement(self, refund_id: str, **columns: Any) -> str:
        """A statement for the case's present sum; its id."""
        statement_id = str(uuid4())
        case = self.row(
            "SELECT calculation_id, refunds.sum_kopecks, trace -> 'service' AS service FROM refunds"
            " LEFT JOIN calculations ON calculations.id = calculation_id WHERE refunds.id = %(id)s",
            id=refund_id,
        )
        content = {"account": "40702810900000000001", "sum_kopecks": case.sum_kopecks}
        content["service"] = case.service
        drawn_up = {
            "calculation_id": case.calculation_id,
            "sum_kopecks": case.sum_kopecks,
            "recipient_name": CLIENT_NAME,
            "bic": "044525225",
            "account": content["account"],
            "bank_name": "Банк",
            "content": content,
            "content_sha256": digest(content),
            "drawn_up_at": datetime.now(UTC),
        }
        self.put(
            "statements", **{"id": statement_id, "refund_id": refund_id, **drawn_up, **columns}
        )
        return statement_id

    def code(self, statement_id: str) -> str:
        """A one-time code that was sent; its id."""
        code_id = str(uuid4())
        self.put(
            "one_time_codes",
            id=code_id,
            statement_id=statement_id,
            code_hash=CODE_HASH,
            channel="mail",
            address="buh@romashka.example",
            issued_at=AT,
            expires_at=AT,
        )
        return code_id

    def scan(self, refund_id: str, uploaded_at: datetime = AT) -> str:
        """A scanned statement, as the store of files has it before the scanner; its id."""
        scan_id, content = str(uuid4()), b"%PDF-1.7" + uuid4().hex.encode()
        sha256, size = hashlib.sha256(content).hexdigest(), len(content)
        media_type = "application/pdf"
        self.put(
            "file_contents",
            sha256=sha256,
            media_type=media_type,
            size_bytes=size,
            status="received",
            due_at=AT,
            received_at=AT,
        )
        self.put("file_pieces", sha256=sha256, number=1, bytes=content)
        self.put("files", id=scan_id, sha256=sha256, name="scan", uploaded_by="ol", uploaded_at=AT)
        self.put(
            "scans",
            id=scan_id,
            refund_id=refund_id,
            media_type=media_type,
            size_bytes=size,
            sha256=sha256,
            uploaded_at=uploaded_at,
        )
        return scan_id

    def signature(self, statement_id: str, **columns: Any) -> str:
        """The client's signature under a statement by a one-time code; its id."""
        signature_id = str(uuid4())
        signed = self.row(
            "SELECT content_sha256 FROM statements WHERE id = %(id)s", id=statement_id
        )
        evidence = {
            "method": "one_time_code",
            "content_sha256": signed.content_sha256,
            "code_id": self.code(statement_id),
            "signed_at": AT,
        }
        self.put(
            "signatures",
            **{"id": signature_id, "statement_id": statement_id, **evidence, **columns},
        )
        return signature_id

    def signed(self, refund_id: str) -> str:
        """A new statement of the case, signed; the signature's id."""
        return self.signature(self.statement(refund_id))

    def remark(self, refund_id: str, text: str = "Укажите другой счёт", by: str = "petrova") -> str:
        """What a person wrote beside a decision; its id."""
        remark_id = str(uuid4())
        self.put("remarks", id=remark_id, refund_id=refund_id, author=by, text=text, at=AT)
        return remark_id

    def contact(self, client_id: str, email: str = "dir@romashka.example") -> str:
        """An address that a client names for the letters of a refund; its id."""
        contact_id = str(uuid4())
        self.put("refund_contacts", id=contact_id, client_id=client_id, email=email, at=AT)
        return contact_id

    def inquiry(self, refund_id: str, attempt: int = 1) -> str:
        """What a client wrote about money that has not come; its id."""
        inquiry_id = str(uuid4())
        self.put(
            "inquiries",
            id=inquiry_id,
            refund_id=refund_id,
            attempt=attempt,
            policy_version=1,
            checked_on=AT.date(),
            looked_at="Выписка по счёту",
            asked_by="buh",
            asked_at=AT,
        )
        return inquiry_id
