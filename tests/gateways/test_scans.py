"""What scans hold: decoded and parsed in a process that may end, never in ours."""

import zlib
from typing import Any

import pytest
from pikepdf import Array, AttachedFileSpec, Dictionary, Encryption, Name, ObjectStreamMode, Pdf

from domain.file.structure import MAX_PIXELS
from domain.refund.scan import MediaType, ScanProblem
from gateways.scans import ScanReader
from tests.scans import action, pdf, pdf_of_size, picture, png_header, png_of

READER = ScanReader()
SCRIPT = {"JS": "app.alert(1)"}


async def code_of(content: bytes) -> str:
    found = await READER.judged(content)
    assert isinstance(found, ScanProblem), found
    return found.code


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (pdf(), MediaType.PDF),
        (pdf(object_stream_mode=ObjectStreamMode.generate), MediaType.PDF),
        (pdf_of_size(10 * 1024 * 1024), MediaType.PDF),
        (picture("JPEG"), MediaType.JPEG),
        (picture("PNG"), MediaType.PNG),
        (picture("JPEG", 2480, 3508), MediaType.JPEG),
    ],
)
async def test_a_whole_scan_is_taken(content: bytes, media_type: MediaType) -> None:
    assert await READER.judged(content) is media_type


def embedded(paper: Pdf) -> None:
    paper.attachments["tool.exe"] = AttachedFileSpec(paper, b"MZ", filename="tool.exe")


def scripted_names(paper: Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=SCRIPT["JS"])
    paper.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", script])))


def form(paper: Pdf) -> None:
    field = Dictionary(FT=Name.Btn, T="send", A=Dictionary(S=Name.SubmitForm, F="http://x.example"))
    paper.Root.AcroForm = Dictionary(Fields=Array([paper.make_indirect(field)]))


def annotated(paper: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 1, 1]))
    paper.pages[0].obj.Annots = Array([paper.make_indirect(note)])


def unreached(paper: Pdf) -> None:
    """An object that no page leads to, deep inside another."""
    paper.Root.PieceInfo = Dictionary(X=Array([Array([Dictionary(S=Name.Launch, F="cmd.exe")])]))


@pytest.mark.parametrize(
    "change",
    [
        action("/JavaScript", **SCRIPT),
        action("/Launch", F="cmd.exe"),
        action("/SubmitForm", F="http://x.example"),
        action("/ImportData", F="x.fdf"),
        action("/GoToE"),
        embedded,
        scripted_names,
        form,
        annotated,
        unreached,
    ],
)
@pytest.mark.parametrize("mode", [ObjectStreamMode.disable, ObjectStreamMode.generate])
async def test_a_pdf_that_acts_is_refused_wherever_it_hides(
    change: Any, mode: ObjectStreamMode
) -> None:
    assert await code_of(pdf(change=change, object_stream_mode=mode)) == "scan_acts"


@pytest.mark.parametrize(
    ("plain", "escaped"), [(b"/JavaScript", b"/J#61vaScript"), (b"/Launch", b"/L#61unch")]
)
async def test_an_escaped_name_is_the_name(plain: bytes, escaped: bytes) -> None:
    """Of the same length in the file: the padding gives way, so every offset stays right."""
    change = action(plain.decode(), Note="xx")
    content = pdf(change=change, object_stream_mode=ObjectStreamMode.disable)
    hidden = content.replace(b"/S " + plain, b"/S " + escaped).replace(b"(xx)", b"()")
    assert len(hidden) == len(content)
    assert await code_of(hidden) == "scan_acts"


async def test_an_encrypted_pdf_is_refused() -> None:
    locked = pdf(encryption=Encryption(owner="o", user="u"))
    open_to_read = pdf(encryption=Encryption(owner="o", user=""))
    assert await code_of(locked) == "scan_encrypted"
    assert await code_of(open_to_read) == "scan_encrypted"


def no_pages(paper: Pdf) -> None:
    del paper.pages[0]


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.0 startxref 1 %%EOF",
        b"%PDF-1.7\n" + b"\x90" * 500 + b"\nstartxref\n9\n%%EOF\n",
        pdf(change=no_pages),
        pdf().replace(b"startxref\n", b"startxref\n1"),
        pdf().replace(b"/Catalog", b"/Cata(og"),
        png_of(png_header(20, 20), b"\x12\x34garbage"),
        png_of(png_header(20, 20), zlib.compress(b"\0" * 30)),
        picture("JPEG")[:200] + b"\xff\xd9",
    ],
)
async def test_what_does_not_decode_is_damaged(content: bytes) -> None:
    assert await code_of(content) == "scan_damaged"


def many_pages(paper: Pdf) -> None:
    for _ in range(200):
        paper.add_blank_page()


def bomb_in(paper: Pdf) -> None:
    image = paper.make_stream(
        b"x", Type=Name.XObject, Subtype=Name.Image, Width=MAX_PIXELS, Height=2
    )
    paper.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))


@pytest.mark.parametrize("change", [many_pages, bomb_in])
async def test_a_pdf_with_more_than_a_scan_has_is_refused(change: Any) -> None:
    assert await code_of(pdf(change=change)) == "scan_too_complex"


async def test_a_picture_that_unfolds_to_gigabytes_is_refused() -> None:
    row = zlib.compress(b"\0" * 1_000_000, 9)
    found = await code_of(png_of(png_header(MAX_PIXELS - 1, 1), *[row] * 200))
    assert found in ("scan_damaged", "scan_too_complex")


async def test_a_file_that_takes_too_long_is_refused_and_leaves_no_process() -> None:
    hurried = ScanReader(timeout_seconds=0.001)
    assert await hurried.judged(pdf()) == ScanProblem("scan_too_complex")
