"""Signing: codes that cannot be guessed, scans that are what they say, bound signatures."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from activities.file.scan import FileActivities
from db.database import Database
from domain.access.roles import Role
from domain.refund.scan import MediaType
from domain.refund.statement import CODE_ATTEMPTS, CODES_PER_STATEMENT, MAX_SCAN_BYTES
from sandbox.scanner.faults import FaultKind
from tests.gateways.sandbox_scanner import EICAR, SandboxScanner, scanner, scanner_process
from tests.scans import action, found_clean, holding, pdf, pdf_of_size, picture
from tests.starter.refund.shop import (
    SERVICE,
    SUBSCRIPTION,
    Case,
    Person,
    Shop,
    code_of,
    requisites,
)

__all__ = ["scanner", "scanner_process"]

GUESSES = 30


def other_than(code: str) -> str:
    """A wrong code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def scanned(steps: FileActivities) -> None:
    """Until nothing is due."""
    while await steps.scan_due():
        pass


async def ready(shop: Shop) -> Case:
    """A case whose statement waits for its signature."""
    case = await shop.opened(SUBSCRIPTION)
    await case.drawn_up()
    return case


async def test_a_right_code_signs_and_keeps_its_evidence(shop: Shop) -> None:
    case = await ready(shop)
    answer = await case.sign(await case.code())
    assert (answer.status_code, answer.json()["status"]) == (200, "under_review")
    row = shop.books.row(
        "SELECT s.*, c.address, c.used_at, c.code_hash, st.content_sha256 AS content"
        " FROM signatures s JOIN one_time_codes c ON c.id = s.code_id"
        " JOIN statements st ON st.id = s.statement_id WHERE st.refund_id = %(id)s",
        id=case.id,
    )
    assert row.used_at == row.signed_at
    assert (row.content_sha256, row.address) == (row.content, "buh@romashka.example")
    assert len(row.code_hash) == 64


async def test_a_code_is_mailed_once_and_never_answered(shop: Shop) -> None:
    case = await ready(shop)
    answer = await case.client.post(f"{case.path}/statement/code", key=(key := uuid4().hex))
    again = await case.client.post(f"{case.path}/statement/code", key=key)
    assert answer.content == again.content
    assert answer.json()["address"] == "b•••@romashka.example"
    assert case.mailed_code() not in answer.text
    assert case.papers()["one_time_codes"] == 1
    mails = shop.books.rows(
        "SELECT channel FROM notifications WHERE case_id = %(id)s"
        " AND template = 'refund_one_time_code'",
        id=case.id,
    )
    assert [mail.channel for mail in mails] == ["mail"]


async def test_a_wrong_code_says_how_many_tries_are_left_and_the_right_one_still_signs(
    shop: Shop,
) -> None:
    case = await ready(shop)
    code = await case.code()
    for left in (4, 3):
        refused = await case.sign(other_than(code))
        assert (refused.status_code, code_of(refused)) == (422, "code_wrong")
        assert refused.json()["attempts_left"] == left
    assert await case.status() == "awaiting_statement"
    assert (await case.sign(code)).status_code == 200


async def test_a_wrong_try_repeated_under_its_key_is_counted_once(shop: Shop) -> None:
    case = await ready(shop)
    wrong = other_than(await case.code())
    for _ in range(3):
        refused = await case.sign(wrong, key=f"same-{case.id}")
        assert refused.json()["attempts_left"] == CODE_ATTEMPTS - 1


async def test_after_its_wrong_tries_even_the_right_code_is_dead(shop: Shop) -> None:
    case = await ready(shop)
    code = await case.code()
    codes = [code_of(await case.sign(other_than(code))) for _ in range(CODE_ATTEMPTS)]
    assert codes == ["code_wrong"] * (CODE_ATTEMPTS - 1) + ["code_exhausted"]
    assert code_of(await case.sign(code)) == "code_exhausted"
    assert (await case.sign(await case.code())).status_code == 200


async def test_guesses_at_once_get_no_more_tries_than_guesses_in_turn(shop: Shop) -> None:
    case = await ready(shop)
    code = await case.code()
    guesses = [f"{(int(code) + place) % 1_000_000:06d}" for place in range(1, GUESSES + 1)]
    answers = await asyncio.gather(*(case.sign(guess) for guess in guesses))
    counted = Counter(map(code_of, answers))
    assert counted == {
        "code_wrong": CODE_ATTEMPTS - 1,
        "code_exhausted": GUESSES - CODE_ATTEMPTS + 1,
    }
    assert code_of(await case.sign(code)) == "code_exhausted"


async def test_the_right_code_many_times_at_once_signs_once(shop: Shop) -> None:
    case = await ready(shop)
    code = await case.code()
    answers = await asyncio.gather(*(case.sign(code) for _ in range(10)))
    assert Counter(answer.status_code for answer in answers)[200] == 1
    assert {code_of(answer) for answer in answers if answer.status_code != 200} <= {
        "code_used",
        "not_allowed_in_status",
    }
    assert case.papers()["signatures"] == 1


async def test_an_expired_code_is_refused(shop: Shop) -> None:
    case = await ready(shop)
    code = await case.code()
    shop.books.connection.execute(
        "UPDATE one_time_codes SET expires_at = now() - interval '1 second' WHERE statement_id IN"
        " (SELECT id FROM statements WHERE refund_id = %s)",
        (case.id,),
    )
    assert code_of(await case.sign(code)) == "code_expired"


async def test_a_code_of_an_older_statement_signs_nothing(shop: Shop) -> None:
    case = await ready(shop)
    code = await case.code()
    await case.drawn_up(bank_name="Другой банк")
    assert code_of(await case.sign(code)) == "code_not_issued"


async def test_a_newer_code_replaces_the_older(shop: Shop) -> None:
    case = await ready(shop)
    old, new = await case.code(), await case.code()
    if old != new:
        assert code_of(await case.sign(old)) == "code_wrong"
    assert (await case.sign(new)).status_code == 200


async def test_a_used_code_does_not_sign_again_after_remarks(shop: Shop) -> None:
    case = await ready(shop)
    code = await case.code()
    await case.sign(code)
    await case.by(Role.SPECIALIST, "return", {"remarks": "Исправьте банк"})
    assert code_of(await case.sign(code)) == "code_used"
    asked = await case.client.post(f"{case.path}/statement/code")
    assert (asked.status_code, code_of(asked)) == (409, "statement_already_signed")
    await case.signed()
    assert await case.status() == "under_review"


async def test_codes_of_one_statement_are_limited(shop: Shop) -> None:
    case = await ready(shop)
    for _ in range(CODES_PER_STATEMENT):
        await case.code()
    refused = await case.client.post(f"{case.path}/statement/code")
    assert (refused.status_code, code_of(refused)) == (429, "code_issued_too_often")


async def test_codes_asked_at_once_are_limited_too(shop: Shop) -> None:
    case = await ready(shop)
    path = f"{case.path}/statement/code"
    answers = await asyncio.gather(*(case.client.post(path) for _ in range(12)))
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {201: CODES_PER_STATEMENT, 429: 12 - CODES_PER_STATEMENT}


async def test_nothing_is_signed_before_there_is_a_statement(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION)
    for answer in (
        await case.client.post(f"{case.path}/statement/code"),
        await case.sign("000000"),
        await case.client.upload(f"{case.path}/statement/scan", pdf()),
    ):
        assert (answer.status_code, code_of(answer)) == (409, "statement_not_ready")
    await case.drawn_up()
    assert code_of(await case.sign("000000")) == "code_not_issued"


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "١٢٣٤٥٦", 123456, None])
async def test_a_code_that_is_no_six_digits_costs_no_try(shop: Shop, code: Any) -> None:
    case = await ready(shop)
    await case.code()
    answer = await case.client.post(f"{case.path}/statement/signature", {"code": code})
    assert (answer.status_code, code_of(answer)) == (422, "validation")
    row = shop.books.row(
        "SELECT max(attempts) AS n FROM one_time_codes JOIN statements s ON s.id = statement_id"
        " WHERE refund_id = %(id)s",
        id=case.id,
    )
    assert row.n == 0


@pytest.mark.parametrize(
    ("content", "declared", "kept_as"),
    [
        (pdf(1), "application/pdf", "application/pdf"),
        (picture("PNG", 21), "image/png", "image/png"),
        (picture("PNG", 22), "application/pdf", "image/png"),
        (pdf(2), "application/octet-stream", "application/pdf"),
    ],
)
async def test_a_scan_signs_and_comes_back_as_what_it_is_once_it_is_clean(
    shop: Shop, database: Database, content: bytes, declared: str, kept_as: str
) -> None:
    case = await ready(shop)
    path = f"{case.path}/statement/scan"
    answer = await case.client.upload(path, content, media_type=declared)
    assert (answer.status_code, answer.json()["status"]) == (200, "under_review")
    early = await shop.staff(Role.SPECIALIST).get(path)
    assert (early.status_code, code_of(early)) == (409, "file_received")
    await found_clean(database, content)
    for person in (case.client, shop.staff(Role.SPECIALIST)):
        kept = await person.get(path)
        assert (kept.content, kept.headers["content-type"]) == (content, kept_as)
        name = f"scan-{case.id}.{MediaType(kept_as).extension}"
        assert kept.headers["content-disposition"].startswith(f'attachment; filename="{name}";')
        assert kept.headers["x-content-type-options"] == "nosniff"
    stranger = shop.client(shop.books.client())
    assert (await stranger.get(path)).status_code == 404


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.DIES])
async def test_a_scan_waits_for_a_scanner_that_does_not_answer_and_what_is_infected_stays_shut(
    shop: Shop, database: Database, scanner: SandboxScanner, kind: FaultKind
) -> None:
    padding = 30 + list(FaultKind).index(kind)
    clean, infected, paths = pdf(padding), pdf(padding, change=holding(EICAR)), []
    for content in (clean, infected):
        case = await ready(shop)
        paths.append(f"{case.path}/statement/scan")
        signed = await case.client.upload(paths[-1], content)
        assert (signed.status_code, signed.json()["status"]) == (200, "under_review")
    await scanner.misbehave({"kind": kind, "seconds": 60})
    person = shop.staff(Role.SPECIALIST)
    await scanned(FileActivities(database, scanner.gateway(scan_seconds=0.5)))
    for path in paths:
        refused = await person.get(path)
        assert (refused.status_code, code_of(refused)) == (409, "file_received")
        assert await _accepted(person, path) == (409, "scan_unchecked")
        assert "accept" not in await _actions(person, path)
    await scanner.misbehave()
    shop.books.rows("UPDATE file_contents SET due_at = now() WHERE status = 'received' RETURNING 1")
    await scanned(FileActivities(database, scanner.gateway()))
    assert (await person.get(paths[0])).content == clean
    refused = await person.get(paths[1])
    assert (refused.status_code, code_of(refused)) == (409, "file_quarantined")
    assert refused.json()["detail"] == "В файле найден вирус. Скачать его нельзя."
    read = "SELECT 1 FROM requisites_reads WHERE subject_id = %(id)s AND shown_as = 'scan'"
    assert shop.books.rows(read, id=case.id) == [], "what was not shown was not read"
    assert await _accepted(person, paths[1]) == (409, "scan_unusable")
    offered = [await _actions(person, path) for path in paths]
    assert ["accept" in actions for actions in offered] == [True, False]
    assert await _accepted(person, paths[0]) == (200, None)


async def _actions(person: Person, path: str) -> list[str]:
    """What the case offers whose scan is at this path."""
    found = (await person.get(path.removesuffix("/statement/scan"))).json()["actions"]
    return [one["action"] for one in found]


async def _accepted(person: Person, path: str) -> tuple[int, str | None]:
    """What an acceptance of the statement is answered whose scan is at this path."""
    answer = await person.post(path.replace("/statement/scan", "/acceptance"))
    return answer.status_code, None if answer.is_success else code_of(answer)


@pytest.mark.parametrize(
    ("content", "declared", "status", "code"),
    [
        (b"MZ\x90\0" + b"\0" * 500, "application/pdf", 422, "scan_type"),
        (b"\x7fELF" + b"\0" * 500, "application/pdf", 422, "scan_type"),
        (b"#!/bin/sh\nrm -rf /\n", "application/pdf", 422, "scan_type"),
        (b"PK\x03\x04" + b"\0" * 500, "image/png", 422, "scan_type"),
        (b"<script>alert(1)</script>", "image/jpeg", 422, "scan_type"),
        (b"%PDF-1.7\n" + b"\x90" * 500, "application/pdf", 422, "scan_damaged"),
        (pdf()[:-20], "application/pdf", 422, "scan_damaged"),
        (picture("PNG")[:-1], "image/png", 422, "scan_damaged"),
        (picture("PNG") + b"MZ", "image/png", 422, "scan_damaged"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 500, "image/jpeg", 422, "scan_damaged"),
        (b"", "application/pdf", 422, "scan_empty"),
        (pdf(change=action("/Launch", F="cmd.exe")), "application/pdf", 422, "scan_acts"),
        (b"%PDF-1.0 startxref 1 %%EOF", "application/pdf", 422, "scan_damaged"),
        (pdf_of_size(MAX_SCAN_BYTES + 1), "application/pdf", 413, "scan_too_large"),
        (pdf_of_size(MAX_SCAN_BYTES + 1024 * 1024), "application/pdf", 413, "body_too_large"),
        (pdf(), "text/html", 415, "media_type_unsupported"),
    ],
)
async def test_what_is_no_scan_is_refused_and_nothing_is_kept(
    shop: Shop, content: bytes, declared: str, status: int, code: str
) -> None:
    case = await ready(shop)
    before = case.papers()
    refused = await case.client.upload(f"{case.path}/statement/scan", content, media_type=declared)
    assert (refused.status_code, code_of(refused)) == (status, code)
    assert case.papers() == before
    assert await case.status() == "awaiting_statement"


async def test_a_scan_of_the_largest_size_is_taken(shop: Shop) -> None:
    case = await ready(shop)
    content = pdf_of_size(MAX_SCAN_BYTES)
    assert len(content) == MAX_SCAN_BYTES
    assert (await case.client.upload(f"{case.path}/statement/scan", content)).status_code == 200


async def test_a_later_change_of_the_requisites_voids_the_signature(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    signed = (await case.read())["statement"]
    await case.by(Role.SPECIALIST, "return", {"remarks": "Другой счёт"})
    changed = await case.drawn_up(bank_name="Другой банк")
    seen = (await case.read())["statement"]
    assert seen["sha256"] == changed["sha256"] != signed["sha256"]
    assert seen["signature"] is None
    refused = await case.by(Role.SPECIALIST, "acceptance")
    assert (refused.status_code, code_of(refused)) == (409, "not_allowed_in_status")


async def test_a_statement_is_not_drawn_up_where_none_is_awaited(shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    before = case.papers()
    refused = await case.client.put(f"{case.path}/statement", requisites())
    assert (refused.status_code, code_of(refused)) == (409, "not_allowed_in_status")
    assert "Рассчитывает специалист" in refused.json()["detail"]
    assert case.papers() == before
