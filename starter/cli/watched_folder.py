"""A folder that files are put into: which are whole, and where they go when they are done with."""

from pathlib import Path
from typing import Final

SUFFIX: Final = ".txt"
DONE: Final = "done"
REFUSED: Final = "refused"
REASON_SUFFIX: Final = ".reason.txt"

Look = dict[Path, tuple[int, int]]


class WatchedFolder:
    """A folder and what it looked like a moment ago."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: Look = {}

    def whole_files(self) -> list[Path]:
        """Files whose size and time have not changed since the last look, by name."""
        now = self._look()
        whole = [file for file, look in now.items() if self._before.get(file) == look]
        self._before = now
        return sorted(whole)

    def put_away(self, file: Path, refusal: str | None) -> None:
        """Moves a file out of the way; a refused one gets its reason beside it."""
        target = self._folder / (DONE if refusal is None else REFUSED)
        target.mkdir(exist_ok=True)
        moved = _free(target / file.name)
        if refusal is not None:
            moved.with_name(moved.name + REASON_SUFFIX).write_text(f"{refusal}\n", "utf-8")
        file.rename(moved)

    def _look(self) -> Look:
        found: Look = {}
        for file in self._folder.iterdir():
            if file.suffix.lower() == SUFFIX and not file.name.startswith(".") and file.is_file():
                stat = file.stat()
                if stat.st_size:  # somebody has only begun to write it
                    found[file] = (stat.st_size, stat.st_mtime_ns)
        return found


def _free(wanted: Path) -> Path:
    """The name, or the first of its kind that is not taken: files of one name come every day."""
    number, free = 1, wanted
    while free.exists():
        number += 1
        free = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return free
