"""What a file is, its content says from the first byte to the last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.file.file import MAX_FILE_BYTES
from domain.file.kind import MAX_UNFOLDED_BYTES, FileKind, FileProblem, judged
from domain.file.structure import MAX_ENTRIES
from tests.file_samples import TAKEN, archive, boxes, office, unfolding

DAMAGED = FileProblem("file_damaged")
ACTS = FileProblem("file_acts")


def other(found: str | None) -> FileProblem:
    return FileProblem("file_type", found)


@pytest.mark.parametrize("kind", FileKind)
def test_every_kind_is_known_by_its_content(kind: FileKind) -> None:
    assert judged(TAKEN[kind]) is kind


@pytest.mark.parametrize(
    "kind",
    sorted(set(FileKind) - {FileKind.TEXT, FileKind.XML, FileKind.MP3}),
)
def test_a_file_that_was_cut_off_is_refused(kind: FileKind) -> None:
    assert isinstance(judged(TAKEN[kind][:-2]), FileProblem)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", FileProblem("file_empty")),
        (b"MZ\x90\0", other("EXE")),
        (b"\x7fELF\2", other("ELF")),
        (b"#!/bin/sh\nrm -rf /\n", other("script")),
        (b"\n <html><script>alert(1)</script>", other("HTML")),
        (b"\xef\xbb\xbf<svg onload='x'/>", other("HTML")),
        ("<html>".encode("utf-16"), other("HTML")),
        (b"Rar!\x1a\x07\0", other("RAR")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", other("DOC")),
        (b"\0\1\2\3", other(None)),
        (b"plain\0text", other(None)),
        (archive("a.txt"), other("ZIP")),
        (archive("word/document.xml"), other("ZIP")),
        (office("word/document.xml") + b"more", other("ZIP")),
        (office("word/document.xml")[:-10], other("ZIP")),
        (office("word/document.xml", "word/vbaProject.bin"), ACTS),
        (office("xl/workbook.xml", "xl/activeX/activeX1.xml"), ACTS),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc'>]>", ACTS),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", ACTS),
        (boxes(b"isom"), other(None)),
        (boxes(b"heic") + b"more", DAMAGED),
        (b"ID3\4\0\0\0\0\0\5title no frame", DAMAGED),
    ],
    ids=lambda value: str(value)[:40],
)
def test_whatever_else_is_refused_by_what_it_is(content: bytes, found: FileProblem) -> None:
    assert judged(content) == found


def test_a_document_that_unfolds_to_more_than_is_opened_is_refused() -> None:
    bomb = unfolding("word/document.xml", MAX_UNFOLDED_BYTES + 1)
    assert judged(bomb) == FileProblem("file_unfolds", params={"limit": 512})
    large = unfolding("word/document.xml", MAX_UNFOLDED_BYTES - 1024)
    assert judged(large) is FileKind.DOCX


def test_a_document_of_more_parts_than_are_read_is_refused() -> None:
    most = [f"word/media/{number}.png" for number in range(MAX_ENTRIES - 3)]
    assert judged(office("word/document.xml", *most)) is FileKind.DOCX
    assert judged(office("word/document.xml", *most, "word/vbaProject.bin")) == other("ZIP")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_text_may_be_in_any_encoding_that_people_have(encoding: str) -> None:
    assert judged("Акт сверки\r\n\t№ 1".encode(encoding)) is FileKind.TEXT


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not() -> None:
    assert judged(b"x" * MAX_FILE_BYTES) is FileKind.TEXT
    assert judged(b"x" * (MAX_FILE_BYTES + 1)) == FileProblem(
        "file_over_limit", params={"limit": 20}
    )


@given(st.sampled_from(sorted(TAKEN.values())), st.data())
def test_no_content_makes_it_fail(sample: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sample)))
    torn = sample[:place] + data.draw(st.binary(max_size=40)) + sample[place:]
    assert isinstance(judged(torn), FileKind | FileProblem)
