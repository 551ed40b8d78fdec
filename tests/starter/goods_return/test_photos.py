"""Photos of goods that come back: what is taken, what is shown of them, the act that names them."""

import hashlib
import io
import zlib
from dataclasses import fields
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from activities.file.scan import FileActivities
from activities.notification.letter_files import files_of
from db.database import Database
from db.notification.delivery import DueLetter
from domain.access.roles import Role
from domain.file.structure import MAX_PIXELS
from tests.books import Books
from tests.gateways.sandbox_scanner import SandboxScanner, scanner, scanner_process
from tests.gateways.test_previews import taken_by_a_phone
from tests.scans import pdf, png_header, png_of
from tests.starter.caller import Api
from tests.starter.goods_return.returning import (
    asked,
    did,
    goods,
    handed_in,
    inspected,
    opened,
    photographed,
    read,
    said,
    sold,
    to_inspected,
)

__all__ = ["scanner", "scanner_process"]

BOMB = png_of(png_header(MAX_PIXELS, 2), zlib.compress(b"\0" * 1_000_000, 9))


async def received(api: Api, books: Books) -> tuple[str, str]:
    """A return whose goods are here; its client and its id."""
    client_id, return_id = await opened(api, books)
    for answer in (
        await did(api, return_id, "authorise"),
        await said(api, client_id, return_id, "ship", track="RU 1234"),
        await did(api, return_id, "receive"),
    ):
        assert answer.status_code == 200, answer.text
    return client_id, return_id


def why(answer: Any) -> list[str]:
    return [one["code"] for one in answer.json()["errors"]]


async def test_a_photo_is_shown_without_the_place_and_the_act_names_its_digest(
    whole_api: Api, books: Books, database: Database, scanner: SandboxScanner
) -> None:
    client_id, return_id = await received(whole_api, books)
    content = taken_by_a_phone()
    answer = await handed_in(whole_api, "Царапина.jpg", content)
    photo = answer.json()[0]["id"]
    found = await inspected(whole_api, return_id, 1, photos=[photo])
    assert found.status_code == 200, found.text
    path = f"/v1/returns/{return_id}/photos/{photo}"
    early = await whole_api.call("GET", f"{path}/preview", client_id=client_id)
    assert early.json()["code"] == "file_received"
    too_early = await whole_api.call("GET", f"/v1/returns/{return_id}/act.pdf", client_id=client_id)
    assert too_early.status_code == 404
    steps = FileActivities(database, scanner.gateway(scan_seconds=2))
    while await steps.scan_due():
        pass
    shown = await whole_api.call("GET", f"{path}/preview", client_id=client_id)
    small = Image.open(io.BytesIO(shown.content))
    assert (shown.headers["content-type"], dict(small.getexif())) == ("image/jpeg", {})
    given = await whole_api.call("GET", path, client_id=client_id)
    assert given.content == content
    stranger, _ = sold(books)
    assert (await whole_api.call("GET", path, client_id=stranger)).status_code == 404
    _, other = await opened(whole_api, books)
    elsewhere = f"/v1/returns/{other}/photos/{photo}"
    assert (await whole_api.call("GET", elsewhere, role=Role.SPECIALIST)).status_code == 404
    await did(whole_api, return_id, "accept", settlement="refund")
    act = await whole_api.call("GET", f"/v1/returns/{return_id}/act.pdf", client_id=client_id)
    text = PdfReader(io.BytesIO(act.content)).pages[0].extract_text()
    digest = hashlib.sha256(content).hexdigest()
    assert digest in "".join(text.replace("\u200b", "").split())


async def test_the_letter_of_a_decision_carries_the_act(
    whole_api: Api, books: Books, database: Database
) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id, sound=0)
    await did(whole_api, return_id, "reject", reason="Следы использования")
    row = books.row(
        "SELECT * FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
        " AND template = 'goods_return_rejected'",
        id=return_id,
    )
    known: dict[str, Any] = {
        field.name: getattr(row, field.name, None) for field in fields(DueLetter)
    }
    (act,) = await files_of(database, DueLetter(**known), "ru", "ООО «Копейка»")
    assert act.filename == f"Акт приёмки {return_id}.pdf"
    text = PdfReader(io.BytesIO(act.content)).pages[0].extract_text()
    assert "Следы использования" in text


async def test_a_client_shows_what_came_with_its_request(whole_api: Api, books: Books) -> None:
    client_id, number = sold(books)
    photo = await photographed(whole_api, client_id=client_id)
    answer = await asked(whole_api, client_id, number, photos=[photo])
    assert [one["id"] for one in answer.json()["photos"]] == [photo]
    stranger, other = sold(books)
    taken = await asked(whole_api, stranger, other, photos=[photo])
    assert (taken.status_code, why(taken)) == (422, ["file_unknown"])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("Пусто.jpg", b"", "file_empty"),
        ("akt\u202egpj.exe", taken_by_a_phone(), "file_name_hidden"),
        ("Фото.jpg", b"\xff\xd8\xff\xe0 cut off", "file_damaged"),
        ("Бомба.png", BOMB, "file_damaged"),
    ],
)
async def test_what_is_no_file_is_refused_when_it_is_handed_in(
    whole_api: Api, name: str, content: bytes, code: str
) -> None:
    answer = await handed_in(whole_api, name, content)
    assert (answer.status_code, why(answer)) == (422, [code])


async def test_an_inspection_against_the_client_needs_a_photo_and_a_paper_is_none(
    whole_api: Api, books: Books
) -> None:
    _, return_id = await received(whole_api, books)
    for found in ({"sound": 1}, {"serial": False}):
        nothing = await inspected(whole_api, return_id, photos=[], **found)
        assert (nothing.status_code, why(nothing)) == (422, ["goods_return_photo_missing"])
    answer = await handed_in(whole_api, "Фото.pdf", pdf())
    paper = await inspected(whole_api, return_id, 1, photos=[answer.json()[0]["id"]])
    assert (paper.status_code, why(paper)) == (422, ["goods_return_not_a_photo"])
    assert (await read(whole_api, return_id))["status"] == "received"
    assert (await inspected(whole_api, return_id)).status_code == 200


async def test_a_licence_is_inspected_without_a_photo(whole_api: Api, books: Books) -> None:
    client_id, return_id = await opened(whole_api, books, goods(kind="licence"))
    await did(whole_api, return_id, "authorise")
    told = books.rows(
        "SELECT template FROM notifications WHERE case_id = %(id)s AND role = 'client'",
        id=return_id,
    )
    assert "goods_return_authorised_digital" in {one.template for one in told}
    await said(whole_api, client_id, return_id, "deactivate")
    found = await inspected(whole_api, return_id, 1, photos=[], unused=False)
    assert found.status_code == 200, found.text
