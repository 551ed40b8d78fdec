"""A dossier is the same bytes each time, holds what it says, and names what was changed in it."""

import asyncio
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import process_time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from domain.dossier.archive import PaperChanged, archived, unsigned
from domain.dossier.archive import signed as with_signature
from domain.dossier.dossier import Counted, Dossier, Event, Export, LeftOut, Paper, redacted
from domain.dossier.files import Issue, Listed, calculation, digest_of, paths_of
from domain.dossier.masking import masked_text
from domain.dossier.table import MAX_ROWS, Column, Fact, Kind, Table
from domain.dossier.verify import check_archive, check_folder, main, signed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
ACCOUNT, CARD, PHONE, EMAIL, INN = (
    "40817810099910004312",
    "4111 1111 1111 1111",
    "+7 (916) 123-45-67",
    "kim@example.ru",
    "770123456789",
)
REQUISITES = (ACCOUNT, CARD, PHONE, EMAIL, INN)
SAID = f"Верните на {ACCOUNT}, карта {CARD}, {PHONE}, {EMAIL}, ИНН {INN}"
PIECE = 1 << 20
CONTENTS = {
    sha256(content).hexdigest(): content for content in (b"contract", b"screenshot", b"our note")
}
CONTRACT, SCREENSHOT, NOTE = CONTENTS
PAPERS = (
    Paper("contract", "Договор № 7.pdf", CONTRACT, 8, "system", "заказ", "system", AT),
    Paper("screenshots", "../../etc/\u202egnp.exe", SCREENSHOT, 10, "client", "оплата", "kim", AT),
    Paper("letters", "note.txt", NOTE, 8, "staff", "звонок", "petrova", AT, is_ours=True, note="!"),
)
DOSSIER = Dossier(
    "dispute-2026-7-1",
    "Спор № 1 по счёту 2026-7",
    [
        Fact(Column("client", Kind.PERSON), "Анна Ким"),
        Fact(Column("inn", Kind.REQUISITES), INN),
        Fact(Column("problem", Kind.SAID), SAID),
        Fact(Column("paid", Kind.KOPECKS), 100),
    ],
    [
        Table(
            "payments",
            (
                Column("received_at", Kind.MOMENT),
                Column("payer", Kind.PERSON),
                Column("account", Kind.REQUISITES),
                Column("purpose", Kind.SAID),
            ),
            [(AT, "Ким Анна Сергеевна", ACCOUNT, SAID), (AT, None, None, None)],
        ),
        Table(
            "ledger", (Column("line", Kind.NUMBER), Column("debit")), [(1, "taken/x")], is_ours=True
        ),
    ],
    PAPERS,
    [
        Event(AT + timedelta(hours=1), "Решение", "petrova", "Вернуть деньги"),
        Event(AT, "Открыт", "kim", SAID),
        Event(AT, "Заметка", "petrova", "между нами", is_ours=True),
    ],
    Counted(
        {"sum_kopecks": 100},
        [
            {
                "title": "Проценты",
                "period": "с – по",
                "words": "долг × дни",
                "numbers": "1 × 1",
                "rate_rows": [7],
            }
        ],
        [{"id": "gk-395-2016", "words": "ст. 395 ГК РФ"}],
        100,
    ),
)


async def contents(paper: Listed) -> AsyncIterator[bytes]:
    yield CONTENTS[paper.sha256]


def issued(dossier: Dossier, export: Export = Export.FULL) -> Issue:
    return Issue(export, 1, dossier.as_of, None, "0123456789abcdef", PUBLIC.hex())


async def built(
    dossier: Dossier = DOSSIER, export: Export = Export.FULL, pdf: bytes = b"%PDF"
) -> bytes:
    archive = with_signature(unsigned(dossier, pdf), dossier.id, issued(dossier, export), KEY.sign)
    return b"".join([piece async for piece in archived(archive, contents)])


def side(login: str) -> str:
    return "клиент" if login == "kim" else "ООО «Копейка»"


def names_in(archive: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()


def read_from(archive: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(archive)).read(name)


async def test_the_same_dossier_is_the_same_bytes_whole_sorted_and_signed() -> None:
    first, second = await built(), await built()
    assert first == second
    assert names_in(first) == sorted(names_in(first))
    assert names_in(first) == [
        "SHA256SUMS",
        "calculation.json",
        "dossier.pdf",
        "evidence/01-contract-Договор-7.pdf",
        "evidence/02-screenshots-etc-gnp.exe",
        "evidence/03-letters-note.txt",
        "manifest.json",
        "manifest.sig",
        "records.json",
        "timeline.json",
        "verify.py",
    ]
    assert check_archive(io.BytesIO(first), PUBLIC) == []


async def test_no_name_of_a_paper_leads_out_of_its_folder() -> None:
    paths = paths_of(
        [replace(PAPERS[0], name=name) for name in ("..", "/", "a/b\\c", "", "\u202e")]
    )
    assert all(path and path.count("/") == 1 and ".." not in path for path in paths)
    assert len(set(paths)) == len(paths)


async def test_what_the_other_side_gets_is_without_what_is_ours_and_without_requisites() -> None:
    content = json.dumps({"text": SAID, "sum_kopecks": 12_345_678_900}).encode()
    made = Paper(
        *("letters", "support.txt", sha256(content).hexdigest(), len(content)),
        *("system", SAID, "system", AT),
        content=content,
    )
    shown = redacted(replace(DOSSIER, papers=[*PAPERS, made]), side)
    archive = await built(shown, Export.REDACTED)
    assert check_archive(io.BytesIO(archive), PUBLIC) == []
    whole = b"".join(read_from(archive, name) for name in names_in(archive))
    for secret in ("petrova", "между нами", "note.txt", NOTE, "Ким", "taken/x", *REQUISITES):
        assert secret.encode() not in whole, secret
    assert "…4312".encode() in whole
    told = json.loads(read_from(archive, "timeline.json"))
    assert [one["by"] for one in told["events"]] == ["клиент", "ООО «Копейка»"]
    assert told["evidence"][-1]["masked_copy_of"] == sha256(content).hexdigest()
    masked = json.loads(read_from(archive, "evidence/03-letters-support.txt"))
    assert masked["sum_kopecks"] == 12_345_678_900
    (payment, empty) = json.loads(read_from(archive, "records.json"))["tables"]["payments"]["rows"]
    assert (payment["payer"], payment["account"]) == ("К. А. С.", "…4312")
    assert empty == {"received_at": AT.isoformat(), "payer": None, "account": None, "purpose": None}


async def test_the_full_one_has_everything() -> None:
    archive = await built()
    records = read_from(archive, "records.json").decode()
    for secret in (ACCOUNT, INN, "Ким Анна Сергеевна", "taken/x"):
        assert secret in records


async def test_a_paper_that_may_not_be_given_out_is_named_with_its_digest_and_left_out() -> None:
    waiting = [replace(PAPERS[0], left_out=LeftOut.RECEIVED), *PAPERS[1:]]
    archive = await built(replace(DOSSIER, papers=waiting))
    assert check_archive(io.BytesIO(archive), PUBLIC) == []
    assert not [name for name in names_in(archive) if name.startswith("evidence/01")]
    (told, *_) = json.loads(read_from(archive, "timeline.json"))["evidence"]
    assert (told["path"], told["left_out"], told["sha256"]) == (None, "received", CONTRACT)


def test_what_a_dossier_says_has_one_digest_until_something_is_new() -> None:
    one, again = unsigned(DOSSIER, b"%PDF"), unsigned(DOSSIER, b"%PDF")
    assert digest_of(one.files) == digest_of(again.files)
    later = replace(DOSSIER, events=[*DOSSIER.events, Event(AT, "Ответ", "kim")])
    assert digest_of(unsigned(later, b"%PDF").files) != digest_of(one.files)


def test_a_long_table_is_cut_and_says_so() -> None:
    rows = [(str(number),) for number in range(MAX_ROWS + 1)]
    table = replace(DOSSIER.tables[1], rows=rows)
    assert table.is_cut
    assert len(table.shown) == MAX_ROWS
    assert not replace(table, rows=rows[:-1]).is_cut


@pytest.mark.parametrize("name", range(11))
async def test_a_changed_byte_is_named(tmp_path: Path, name: int) -> None:
    archive = await built()
    changed = names_in(archive)[name]
    folder = tmp_path / "dossier"
    zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
    content = bytearray((folder / changed).read_bytes())
    content[0] ^= 1
    (folder / changed).write_bytes(bytes(content))
    wrong = check_folder(folder, PUBLIC)
    named = {"manifest.json": ("manifest.json", "manifest.sig")}.get(changed, (changed,))
    assert any(one.startswith(named) for one in wrong), wrong


async def test_a_file_that_is_missing_or_added_is_named(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(await built())).extractall(tmp_path)
    (tmp_path / "timeline.json").unlink()
    (tmp_path / "evidence" / "99-letters-forged.txt").write_text("x")
    assert check_folder(tmp_path, PUBLIC) == [
        "timeline.json: missing",
        "evidence/99-letters-forged.txt: not in the manifest",
    ]


async def test_another_key_is_told(tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    wrong = check_archive(io.BytesIO(await built()), other)
    assert wrong == ["manifest.sig: not by this key"]


def test_the_program_in_the_archive_checks_it_with_python_alone(tmp_path: Path) -> None:
    place = tmp_path / "dossier.zip"
    place.write_bytes(asyncio.run(built()))
    program = tmp_path / "verify.py"
    program.write_bytes(read_from(place.read_bytes(), "verify.py"))
    command = [sys.executable, "-I", "-S", str(program), str(place), PUBLIC.hex()]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  our own program
    assert (done.returncode, done.stderr) == (0, b"")
    damaged = bytearray(place.read_bytes())
    damaged[damaged.index(b"our note")] ^= 1
    place.write_bytes(bytes(damaged))
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  our own program
    assert done.returncode == 1
    assert b"evidence/03-letters-note.txt: changed" in done.stderr


async def test_a_paper_that_is_not_what_its_row_says_breaks_the_archive() -> None:
    async def others(_paper: Listed) -> AsyncIterator[bytes]:
        yield b"forged!!"

    with pytest.raises(PaperChanged):
        async for _ in archived(unsigned(DOSSIER, b""), others):
            pass


async def test_two_hundred_papers_of_a_hundred_megabytes_take_the_memory_of_one_piece() -> None:
    half = bytes(PIECE // 2)
    digest = sha256(half).hexdigest()
    papers = [replace(PAPERS[0], sha256=digest, size_bytes=len(half)) for _ in range(200)]

    async def halves(_paper: Listed) -> AsyncIterator[bytes]:
        yield half

    pieces = archived(unsigned(replace(DOSSIER, papers=papers), b"%PDF"), halves)
    size = 0
    tracemalloc.start()
    async for piece in pieces:
        size += len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 200 * len(half)
    assert peak < 8 * PIECE


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_signatures_are_checked_as_the_library_makes_them(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()
    signature = key.sign(message)
    assert signed(public, message, signature)
    assert not signed(public, message + b"!", signature)
    assert not signed(public, message, bytes([signature[0] ^ 1]) + signature[1:])


def test_signatures_of_rfc_8032() -> None:
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert signed(public, b"\x72", signature)
    assert not signed(public, b"\x73", signature)
    assert not signed(public[:-1], b"\x72", signature)
    assert not signed(bytes([255]) * 32, b"\x72", signature)


async def test_the_program_names_what_is_wrong_and_ends_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, folder = tmp_path / "dossier.zip", tmp_path / "unpacked"
    place.write_bytes(await built())
    zipfile.ZipFile(place).extractall(folder)
    for arguments in ([str(place), PUBLIC.hex()], [str(folder), PUBLIC.hex()]):
        assert main(arguments) == 0
        said = capsys.readouterr().out
        assert "by the key given" in said
        digest = sha256(read_from(place.read_bytes(), "manifest.json")).hexdigest()
        assert f"number 1, as_of {DOSSIER.as_of.isoformat()}" in said
        assert said.endswith(f"manifest SHA-256 {digest}\n")
    assert main([str(folder)]) == 0
    assert "compare it" in capsys.readouterr().out
    (folder / "dossier.pdf").write_bytes(b"%PDF forged")
    assert main([str(folder)]) == 1
    assert capsys.readouterr().err == "dossier.pdf: changed\n"
    assert main([str(tmp_path / "nowhere.zip")]) == 1
    assert "no ZIP" in capsys.readouterr().err
    assert main([str(place), "no hex"]) == 2
    assert capsys.readouterr().err == "The public key is not in hex.\n"
    for wrong in ([], ["a", "b", "c"]):
        assert main(wrong) == 2
        assert "public key in hex" in capsys.readouterr().err


async def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(await built())).extractall(tmp_path)
    for content in ("[]", "{", '{"files": [{}]}'):
        (tmp_path / "manifest.json").write_text(content)
        (wrong,) = check_folder(tmp_path, PUBLIC)
        assert wrong.startswith("manifest.json: cannot be read")
    zipfile.ZipFile(io.BytesIO(await built())).extract("manifest.json", tmp_path)
    (tmp_path / "manifest.sig").write_text("no hex")
    (wrong,) = check_folder(tmp_path, PUBLIC)
    assert wrong.startswith("manifest.sig: cannot be read")
    (tmp_path / "SHA256SUMS").unlink()
    assert check_folder(tmp_path, PUBLIC) == ["SHA256SUMS: missing"]


async def test_an_archive_with_a_name_twice_is_not_whole() -> None:
    whole = io.BytesIO(await built())
    with zipfile.ZipFile(whole, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("timeline.json", "{}")
    whole.seek(0)
    assert check_archive(whole, PUBLIC) == ["a name is there twice"]


def beside(archive: bytes) -> dict[str, bytes]:
    """What another program may unpack otherwise than Python does."""
    end = archive.rindex(b"PK\x05\x06")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as forged:
        forged.writestr("timeline.json", "forged")
    linked = bytearray(archive)
    entry = archive.rindex(b"PK\x01\x02", 0, archive.rindex(b"dossier.pdf"))
    linked[entry + 38 : entry + 42] = (0o120777 << 16).to_bytes(4, "little")
    commented = archive[: end + 20] + (6).to_bytes(2, "little") + b"forged"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as again:
        for name in names_in(archive):
            again.writestr(name, read_from(archive, name))
    first = archive.index(b"PK\x03\x04", 4)
    hidden = archive[:first] + b"hidden" + archive[first:]
    return {
        "a ZIP before": other.getvalue() + archive,
        "a comment": commented,
        "bytes behind": archive + b"forged",
        "bytes between": hidden,
        "a link": bytes(linked),
        "compressed": packed.getvalue(),
    }


@pytest.mark.parametrize(
    "trick",
    ["a ZIP before", "a comment", "bytes behind", "bytes between", "a link", "compressed"],
)
async def test_an_archive_that_another_program_may_read_otherwise_is_not_whole(trick: str) -> None:
    archive = await built()
    assert check_archive(io.BytesIO(archive), PUBLIC) == []
    assert check_archive(io.BytesIO(beside(archive)[trick]), PUBLIC) != []


async def test_a_folder_with_links_is_not_whole(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "dossier", tmp_path / "elsewhere"
    zipfile.ZipFile(io.BytesIO(await built())).extractall(folder)
    elsewhere.mkdir()
    (elsewhere / "forged.txt").write_text("x")
    (folder / "more").symlink_to(elsewhere)
    assert check_folder(folder, PUBLIC) == ["more: not a plain file"]
    (folder / "more").unlink()
    (folder / "timeline.json").rename(elsewhere / "timeline.json")
    (folder / "timeline.json").symlink_to(elsewhere / "timeline.json")
    assert check_folder(folder, PUBLIC) == ["timeline.json: not a plain file"]


UUID_SAID = "0b8f6c1e-1111-4222-8333-123456789012"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("anna@romashka.example, b.c@d.example+e@f.example", "…, ……"),
        ("x@y@romashka.example; @romashka.example", "x@…; @romashka.example"),
        ("паспорт 4510 123456", "паспорт …3456"),
        ("паспорт 45 10 № 123456", "паспорт …3456"),
        ("СНИЛС 112-233-445 95", "СНИЛС …5 95"),
        (f"р/с-{ACCOUNT}", "р/с-…4312"),
        (f"acc{ACCOUNT}", "acc…4312"),
        (f"{INN}-й ИНН", "…6789-й ИНН"),
        (f"платёж {UUID_SAID}", f"платёж {UUID_SAID}"),
        (f"отпечаток {CONTRACT}", f"отпечаток {CONTRACT}"),
        ("заказ 2026-000117, 30.11.2026 17:05", "заказ 2026-000117, 30.11.2026 17:05"),
        ("спор dispute-2026-000117-1, 1 200 000,00", "спор dispute-2026-000117-1, 1 200 000,00"),
    ],
)
def test_numbers_of_people_and_of_accounts_are_masked_and_those_of_cases_are_not(
    said: str, shown: str
) -> None:
    assert masked_text(said) == shown


@pytest.mark.parametrize("sign", ["a", "a.", "1-", "a@", "1 ", "+"])
def test_a_long_word_is_masked_in_a_moment(sign: str) -> None:
    """What takes the square of the length takes minutes here."""
    begins = process_time()
    masked_text(sign * 100_000)
    assert process_time() - begins < 10


def test_what_ours_say_to_ours_of_an_event_is_said_to_no_other_side() -> None:
    returned = Event(DOSSIER.as_of, "На рассмотрении", "petrova", "Нет акта.", is_text_ours=True)
    (event,) = redacted(replace(DOSSIER, events=[returned]), side).events
    assert (event.title, event.text) == ("На рассмотрении", None)


async def test_the_name_of_a_file_is_masked_for_the_other_side() -> None:
    named = replace(PAPERS[1], name=f"счёт {ACCOUNT}.pdf")
    shown = redacted(replace(DOSSIER, papers=[named]), side)
    archive = await built(shown, Export.REDACTED)
    assert all(ACCOUNT not in name for name in names_in(archive))
    assert ACCOUNT.encode() not in read_from(archive, "timeline.json")


@pytest.mark.parametrize(
    "public",
    [
        (1 | 1 << 255).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
        (2**255 - 1).to_bytes(32, "little"),
    ],
    ids=["x=0 with a sign", "off the curve", "y above the field"],
)
def test_a_key_that_is_no_point_signs_nothing(public: bytes) -> None:
    assert not signed(public, b"m", KEY.sign(b"m"))


def test_a_signature_with_a_scalar_above_the_order_is_refused() -> None:
    signature = KEY.sign(b"m")
    assert signed(PUBLIC, b"m", signature)
    order = 2**252 + 27742317777372353535851937790883648493
    higher = int.from_bytes(signature[32:], "little") + order
    assert not signed(PUBLIC, b"m", signature[:32] + higher.to_bytes(32, "little"))


def test_a_dossier_without_a_calculation_says_so() -> None:
    assert calculation(replace(DOSSIER, calculation=None)) == b"null\n"
