#!/usr/bin/env python3
"""Checks a dossier: python3 verify.py <dossier.zip or its folder> [public key in hex].

Needs Python 3.9 or newer and nothing else. Every file is compared with SHA256SUMS and with
manifest.json, and manifest.sig with the public key: with the one given, or else with the one that
the manifest names, which then has to be compared with the published one by eye. Exit code 0: all is
as it was signed, and the dossier's number, its instant and the SHA-256 of its manifest are shown,
by which the company's register and the dossier after it know it; 1: something is not, and it is
named.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.sig", "SHA256SUMS"
PIECE = 1 << 16
KEY_LENGTH, SIGNATURE_LENGTH = 32, 64

Opening = Callable[[str], BinaryIO]


def check(names: set[str], opened: Opening, key: bytes | None = None) -> list[str]:
    """What is wrong with a dossier's files; nothing where all is as it was signed."""
    missing = [f"{name}: missing" for name in (MANIFEST, SIGNATURE, SUMS) if name not in names]
    if missing:
        return missing
    raw, written = _content(opened, MANIFEST), _content(opened, SIGNATURE)
    try:
        manifest = json.loads(raw)
        listed = {one["path"]: (one["size"], one["sha256"]) for one in manifest["files"]}
        public = key or bytes.fromhex(manifest["public_key"])
    except (ValueError, KeyError, TypeError) as error:
        return [f"{MANIFEST}: cannot be read ({type(error).__name__})"]
    try:
        signature = bytes.fromhex(written.decode("ascii").strip())
    except ValueError as error:
        return [f"{SIGNATURE}: cannot be read ({type(error).__name__})"]
    wrong = [] if signed(public, raw, signature) else [f"{SIGNATURE}: not by this key"]
    wrong += _compared(names, listed, opened)
    return wrong + _summed(opened, {**_digests(listed), MANIFEST: hashlib.sha256(raw).hexdigest()})


def _compared(names: set[str], listed: dict[str, tuple[int, str]], opened: Opening) -> list[str]:
    wrong = [f"{name}: missing" for name in sorted(set(listed) - names)]
    beside = names - set(listed) - {MANIFEST, SIGNATURE, SUMS}
    wrong += [f"{name}: not in the manifest" for name in sorted(beside)]
    for name in sorted(set(listed) & names):
        try:
            found = _size_and_sum(opened(name))
        except zipfile.BadZipFile:
            found = None
        if found != listed[name]:
            wrong.append(f"{name}: changed")
    return wrong


def _summed(opened: Opening, known: dict[str, str]) -> list[str]:
    said = {}
    for line in _content(opened, SUMS).decode("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        said[name] = digest
    return [] if said == known else [f"{SUMS}: not what the manifest says"]


def _digests(listed: dict[str, tuple[int, str]]) -> dict[str, str]:
    return {name: digest for name, (_, digest) in listed.items()}


def _content(opened: Opening, name: str) -> bytes:
    with opened(name) as file:
        return file.read()


def _size_and_sum(file: BinaryIO) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with file:
        for piece in _pieces(file):
            size += len(piece)
            digest.update(piece)
    return size, digest.hexdigest()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


# Ed25519 of RFC 8032, only to check: what is public needs no protection from whoever measures time.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
"""x, y, z and x·y/z."""


def _add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _same(one: Point, two: Point) -> bool:
    if (one[0] * two[2] - two[0] * one[2]) % P != 0:
        return False
    return (one[1] * two[2] - two[1] * one[2]) % P == 0


def _recovered(y: int, sign: int) -> int | None:
    """The x that a y has on the curve; None where it has none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT % P
    if (x * x - square) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def _point(written: bytes) -> Point | None:
    number = int.from_bytes(written, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = _recovered(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = _recovered(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is that of a message by a key."""
    if len(public) != KEY_LENGTH or len(signature) != SIGNATURE_LENGTH:
        return False
    key, beginning = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or beginning is None or scalar >= ORDER:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    factor = int.from_bytes(hashed, "little") % ORDER
    return _same(_times(scalar, BASE), _add(beginning, _times(factor, key)))


LOCAL, END = "<4s5H3L2H", "<4s4H2LH"
"""The heads of a file in a ZIP and of the end of its list, as APPNOTE.TXT has them."""
ENCRYPTED, SUMMED_BEHIND, SUMS_LENGTH = 1, 8, 16


def check_archive(file: BinaryIO, key: bytes | None = None) -> list[str]:
    """What is wrong with a dossier that is one ZIP."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if len(names) != len(set(names)):
                return ["a name is there twice"]
            wrong = _misshapen(file, archive.infolist())
            if wrong:
                return wrong
            return check(set(names), lambda name: archive.open(name), key)  # type: ignore[arg-type,return-value]
    except (zipfile.BadZipFile, struct.error) as error:
        return [f"no ZIP, or a damaged one: {error}"]


def _misshapen(file: BinaryIO, entries: list[zipfile.ZipInfo]) -> list[str]:
    """What another program may unpack otherwise: links, and bytes that belong to no listed file."""
    wrong = [f"{one.filename}: not a plain file" for one in entries if not _is_plain(one)]
    if wrong:
        return wrong
    place = 0
    for one in sorted(entries, key=lambda entry: entry.header_offset):
        if one.header_offset != place:
            return [f"{one.filename}: bytes before it that belong to no file"]
        file.seek(place)
        head = struct.unpack(LOCAL, file.read(struct.calcsize(LOCAL)))
        behind = SUMS_LENGTH if one.flag_bits & SUMMED_BEHIND else 0
        place += struct.calcsize(LOCAL) + sum(head[-2:]) + one.compress_size + behind
    size = file.seek(0, 2)
    file.seek(size - struct.calcsize(END))
    end = struct.unpack(END, file.read(struct.calcsize(END)))
    is_whole = end[0] == b"PK\x05\x06" and end[4] == len(entries) and end[6] == place
    if not is_whole or place + end[5] + struct.calcsize(END) != size or end[7]:
        return ["bytes behind the files that belong to none"]
    return []


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """A file as dossiers have them: stored as it is, no link, under no other name besides."""
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_stored = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & ENCRYPTED
    return is_stored and not is_link and not entry.extra and not entry.comment


def check_folder(folder: Path, key: bytes | None = None) -> list[str]:
    """What is wrong with a dossier that was unpacked."""
    found = [one for one in folder.rglob("*") if one.is_symlink() or not one.is_dir()]
    names = {one.relative_to(folder).as_posix(): one for one in found}
    links = [name for name, one in sorted(names.items()) if one.is_symlink() or not one.is_file()]
    if links:
        return [f"{name}: not a plain file" for name in links]
    return check(set(names), lambda name: (folder / name).open("rb"), key)


def about(raw: bytes) -> str:
    """Which dossier a manifest is of, in one line."""
    told = json.loads(raw)
    names = ("dossier", "export", "number", "as_of", "key_id")
    named = ", ".join(f"{name} {told.get(name)}" for name in names)
    return f"{named}, manifest SHA-256 {hashlib.sha256(raw).hexdigest()}"


def manifest_of(place: Path) -> bytes:
    """The manifest of a dossier that was found whole."""
    if place.is_dir():
        return (place / MANIFEST).read_bytes()
    with zipfile.ZipFile(place) as archive:
        return archive.read(MANIFEST)


def main(arguments: list[str]) -> int:
    """The exit code; what is wrong goes to the error output."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        key = bytes.fromhex(arguments[1]) if arguments[1:] else None
    except ValueError:
        sys.stderr.write("The public key is not in hex.\n")
        return 2
    place = Path(arguments[0])
    if place.is_dir():
        wrong = check_folder(place, key)
    else:
        with place.open("rb") if place.exists() else io.BytesIO() as file:
            wrong = check_archive(file, key)
    for one in wrong:
        sys.stderr.write(f"{one}\n")
    if not wrong:
        told = "by the key given" if key else "by the key that the manifest names: compare it"
        sys.stdout.write(f"All is as it was signed, {told}.\n{about(manifest_of(place))}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
