"""Which variables `settings.py` reads and cannot do without, learned by running it."""

from collections.abc import Iterator, Mapping

from settings import SettingMissing, Settings

LONG_ENOUGH = "x" * 40


class Recorded(Mapping[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.asked: set[str] = set()
        self._values = values

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def required_variables() -> set[str]:
    """The variables without which settings are refused."""
    given: dict[str, str] = {}
    while True:
        try:
            Settings.from_environment(given)
        except SettingMissing as missing:
            given[str(missing).split(maxsplit=1)[0]] = LONG_ENOUGH
        else:
            return set(given)


def read_variables() -> set[str]:
    """Every variable that is read."""
    environment = Recorded(dict.fromkeys(required_variables(), LONG_ENOUGH))
    Settings.from_environment(environment)
    return environment.asked
