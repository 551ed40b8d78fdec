"""Reads an invoice as its payer's phone does: renders the PDF and reads the code on it."""

import io
import tempfile
from pathlib import Path

import typst
import zxingcpp
from PIL import Image

from simulation.expectation import Unexpected

DOTS_PER_INCH = 150.0
PAPER = "invoice.pdf"
SCREEN = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{PAPER}")'


def code_on(pdf: bytes) -> dict[str, str]:
    """The payment in the code on the first page, by the names of ГОСТ Р 56042.

    Raises `Unexpected` unless there is exactly one code of a payment.
    """
    found = [code.text for code in zxingcpp.read_barcodes(_drawn(pdf))]
    if len(found) != 1 or not found[0].startswith("ST00012|"):
        raise Unexpected("the code on the invoice", "one code of a payment", found)
    _, *fields = found[0].split("|")
    return dict(field.split("=", 1) for field in fields)


def _drawn(pdf: bytes) -> Image.Image:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / PAPER).write_bytes(pdf)
        screen = Path(folder) / "screen.typ"
        screen.write_text(SCREEN, encoding="utf-8")
        picture = typst.compile(screen, format="png", ppi=DOTS_PER_INCH)
    if not isinstance(picture, bytes):
        raise Unexpected("the invoice", "one page", f"{len(picture)} pages")
    return Image.open(io.BytesIO(picture))
