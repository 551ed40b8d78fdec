"""Reserves loopback ports: the preferred one, or the next free one."""

import random
import socket
from types import TracebackType
from typing import Self

from stack.errors import StackError

LOOPBACK = "127.0.0.1"
PORTS_TRIED = 200
# Below the kernel's range for outgoing connections, so that no client is assigned one.
ANY_PORT_FROM, ANY_PORT_TO = 20_000, 32_000


class Ports:
    """The ports of one run. They are reserved until `close`, or until this process ends in
    any way.
    """

    def __init__(self) -> None:
        self._claims: list[socket.socket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def reserve(self, preferred: int) -> int:
        """The preferred port, or the nearest one above it that is free.

        Raises StackError when none of PORTS_TRIED is free.
        """
        for port in range(preferred, preferred + PORTS_TRIED):
            claim = _claim(port)
            if claim is None:
                continue
            if _is_free(port):
                self._claims.append(claim)
                return port
            claim.close()
        raise StackError(f"no free port from {preferred} to {preferred + PORTS_TRIED - 1}")

    def reserve_any(self) -> int:
        """Any free port, for a run that people do not visit."""
        return self.reserve(random.randrange(ANY_PORT_FROM, ANY_PORT_TO))  # noqa: S311 - no secret

    def close(self) -> None:
        """Releases the ports. A second call does nothing."""
        while self._claims:
            self._claims.pop().close()


def _claim(port: int) -> socket.socket | None:
    """A name in the kernel's abstract socket space, or None when another run holds it.

    The kernel frees the name when its holder ends, and no file is left. It reserves a port between
    the moment it is found free and the server's binding it.
    """
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claim.bind(f"\0kopeyka-port-{port}")
    except OSError:
        claim.close()
        return None
    return claim


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        # Connections of an earlier server that linger in TIME_WAIT do not make a port taken.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
