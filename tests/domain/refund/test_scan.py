"""A scan is what its content says: whole files of three kinds, and nothing else."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.file.structure import MAX_PIXELS
from domain.refund.scan import MediaType, ScanProblem, judge
from domain.refund.statement import MAX_SCAN_BYTES

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


def png(width: int = 1, height: int = 1, *, picture: bool = True) -> bytes:
    """A small picture."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = _chunk(b"IDAT", zlib.compress(b"\0\xff")) if picture else b""
    return b"\x89PNG\r\n\x1a\n" + header + rows + _chunk(b"IEND", b"")


def jpeg(width: int = 8, height: int = 8, *, framed: bool = True) -> bytes:
    """The segments of a small photograph."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    table = b"\xff\xdb" + struct.pack(">H", 67) + b"\0" * 65
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x12\x34"
    return b"\xff\xd8" + table + (frame if framed else b"") + scan + b"\xff\xd9"


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


WHOLE = {MediaType.PDF: PDF, MediaType.PNG: png(), MediaType.JPEG: jpeg()}


@pytest.mark.parametrize("media_type", MediaType)
def test_a_whole_file_is_known_by_its_content(media_type: MediaType) -> None:
    assert judge(WHOLE[media_type]) is media_type


@pytest.mark.parametrize("media_type", MediaType)
def test_a_file_cut_short_anywhere_is_refused(media_type: MediaType) -> None:
    whole = WHOLE[media_type].rstrip()
    for length in range(len(whole)):
        assert isinstance(judge(whole[:length]), ScanProblem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", ScanProblem("scan_empty")),
        (PDF + b"\0" * MAX_SCAN_BYTES, ScanProblem("scan_too_large")),
        (b"MZ\x90\0" + PDF, ScanProblem("scan_type", "EXE")),
        (b"\x7fELF\x02", ScanProblem("scan_type", "ELF")),
        (b"PK\x03\x04\x14", ScanProblem("scan_type", "ZIP")),
        (b"<html>", ScanProblem("scan_type", "HTML")),
        (b"hello", ScanProblem("scan_type")),
        (b" " + PDF, ScanProblem("scan_type")),
        (PDF + b"MZ" * 1024, ScanProblem("scan_damaged")),
        (png() + b"\0", ScanProblem("scan_damaged")),
        (png(picture=False), ScanProblem("scan_damaged")),
        (png(0, 1), ScanProblem("scan_damaged")),
        (png(MAX_PIXELS, 2), ScanProblem("scan_damaged")),
        (png().replace(b"IDAT", b"iDAT"), ScanProblem("scan_damaged")),
        (jpeg(framed=False), ScanProblem("scan_damaged")),
        (jpeg(0, 8), ScanProblem("scan_damaged")),
        (jpeg() + b"MZ", ScanProblem("scan_damaged")),
    ],
)
def test_anything_else_is_refused_by_name(content: bytes, problem: ScanProblem) -> None:
    assert judge(content) == problem


@given(st.sampled_from([b"", *(whole[:12] for whole in WHOLE.values())]), st.binary(max_size=400))
def test_noise_is_never_a_scan_and_never_an_error(begin: bytes, noise: bytes) -> None:
    assert isinstance(judge(begin + noise), ScanProblem)
