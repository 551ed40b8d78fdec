"""Which port a run gets."""

import socket
from collections.abc import Iterator

import pytest

from stack.errors import StackError
from stack.ports import PORTS_TRIED, Ports


@pytest.fixture
def ports() -> Iterator[Ports]:
    with Ports() as reserved:
        yield reserved


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - the case to show
def test_a_port_somebody_listens_on_gives_way_to_a_higher_one(ports: Ports, address: str) -> None:
    with socket.create_server((address, 0)) as somebody:
        taken = somebody.getsockname()[1]
        assert taken < ports.reserve(taken) < taken + PORTS_TRIED


def test_two_runs_never_get_the_same_port_though_nothing_listens_yet(ports: Ports) -> None:
    first = ports.reserve_any()
    with Ports() as another_run:
        assert another_run.reserve(first) != first


def test_a_run_that_is_over_gives_its_ports_back(ports: Ports) -> None:
    with Ports() as earlier_run:
        port = earlier_run.reserve_any()
    assert ports.reserve(port) == port


def test_no_free_port_is_an_error_that_names_the_range(ports: Ports) -> None:
    first = ports.reserve_any()
    with Ports() as hungry:
        held = [hungry.reserve(first) for _ in range(PORTS_TRIED // 2)]
        with pytest.raises(StackError, match=str(first)):
            [hungry.reserve(first) for _ in range(PORTS_TRIED)]
    assert len(set(held)) == len(held)
