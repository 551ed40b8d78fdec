"""The whole stack as one context manager: everything runs inside it, nothing after it."""

import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from stack.data_dirs import Places, fresh_places, kept_places
from stack.env_file import announced
from stack.errors import CommandRefused, StackError
from stack.folders import STATE_FOLDER
from stack.mailbox import Mailbox
from stack.ports import Ports
from stack.postgres import Postgres
from stack.processes import RESTARTS_LIMIT, Process, Supervisor, run_once
from stack.product import DATABASE, Product, inherited
from stack.signals import ending_on_signals, undisturbed
from stack.temporal import Temporal

PREFERRED_PORTS = {
    "api": 8000,
    "web": 8001,
    "temporal": 7233,
    "ui": 8233,
    "postgres": 15432,
    "mail": 8025,
    "smtp": 1025,
    "imap": 1143,
    "acquirer": 8090,
    "bank": 8091,
    "identity": 8092,
}

DAYS_AHEAD = 3_660
"""A stack that goes with its data plays days to come, and its bank with it."""


class Stack:
    """PostgreSQL, Temporal with its Web UI, mail catcher, sandboxes, API, pages and worker.

    Made by `kept` or `fresh`, entered once; addresses are known from then on. SIGTERM and SIGHUP
    end the `with` block as Ctrl-C does. A process that dies is restarted `restarts_limit` times,
    each time reported on stderr; then `wait` ends.
    """

    product: Product

    def __init__(
        self,
        state: Path,
        *,
        keep: bool,
        restarts_limit: int = RESTARTS_LIMIT,
    ) -> None:
        self._state = state
        self._keep = keep
        self._cleanup = ExitStack()
        self._supervisor = Supervisor(_say, restarts_limit=restarts_limit)

    @classmethod
    def kept(cls, state: Path = STATE_FOLDER) -> Self:
        """The one stack of a checkout whose data stay; entering raises StackError if it runs."""
        return cls(state, keep=True)

    @classmethod
    def fresh(cls, state: Path = STATE_FOLDER, *, restarts_limit: int = RESTARTS_LIMIT) -> Self:
        """An empty stack whose data go with it, beside any other. Its logs stay if it fails."""
        return cls(state, keep=False, restarts_limit=restarts_limit)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        unexplained = isinstance(error, Exception) and not isinstance(error, CommandRefused)
        if unexplained and hasattr(self, "product"):
            _say(f"the logs stay in {self.log_folder}")
        with undisturbed():
            self._cleanup.__exit__(kind, error, trace)

    def wait(self) -> None:
        """Until Ctrl-C. Raises StackError when a process has died too often to go on."""
        self._supervisor.broken.wait()
        raise StackError("the stack is broken: a process died too often, see above")

    @property
    def processes(self) -> dict[str, Process]:
        """The running ones: postgres, temporal, mail, the sandboxes, api, web, worker."""
        return dict(self._supervisor.processes)

    @property
    def environment(self) -> dict[str, str]:
        """What the API and the worker are started with; for clients and commands of ours too."""
        return self.product.environment()

    @property
    def mailbox(self) -> Mailbox:
        """Every letter sent, to be read by a program."""
        return self.product.mailbox

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        return self.product.postgres

    @property
    def api_url(self) -> str:
        """Of our API, without a slash at the end."""
        return self.product.api_url

    @property
    def cabinet_url(self) -> str:
        """Of the pages, without a slash at the end."""
        return self.product.cabinet_url

    @property
    def temporal_address(self) -> str:
        """For Temporal clients, host:port."""
        return self.product.temporal.address

    @property
    def ui_url(self) -> str:
        """Of Temporal's Web UI."""
        return self.product.temporal.ui_url

    def case_url(self, workflow_id: str) -> str:
        """The page of a case in Temporal's Web UI."""
        return self.product.temporal.workflow_url(workflow_id)

    @property
    def database_url(self) -> str:
        """Of our database."""
        return self.postgres.url(DATABASE)

    @property
    def mail_url(self) -> str:
        """Of the page with every letter sent."""
        return self.mailbox.url

    @property
    def smtp_port(self) -> int:
        """Where the mail catcher takes letters."""
        return self.mailbox.smtp_port

    @property
    def acquirer_url(self) -> str:
        """Of the sandbox acquirer: the protocol under /v3, its books and faults under /sandbox."""
        return self.product.acquirer_url

    @property
    def bank_url(self) -> str:
        """Of the sandbox bank: files of orders, statements, books and faults under /sandbox."""
        return self.product.bank_url

    @property
    def log_folder(self) -> Path:
        """One log a process."""
        return self.product.places.log("").parent

    def _start(self) -> None:
        if sys.platform != "linux":
            raise StackError("the embedded stack runs on Linux; elsewhere use docker-compose.yml")
        self._cleanup.enter_context(ending_on_signals())
        places = fresh_places(self._state) if not self._keep else kept_places(self._state)
        found = self._cleanup.enter_context(places)
        days_ahead = 0 if self._keep else DAYS_AHEAD
        self.product = _arrange(found, self._cleanup.enter_context(Ports()), days_ahead)
        self.postgres.prepare()
        self._cleanup.enter_context(self._supervisor)
        self._start_outside()
        run_once(self.product.starter("migrate"))
        run_once(self.product.starter("search-attributes"))
        run_once(self.product.mailboxes())
        run_once(self.product.own_account())
        self._supervisor.start(self.product.api(), self.product.web(), self.product.worker())
        if self._keep:
            self._cleanup.enter_context(announced(found.folder, self.environment))

    def _start_outside(self) -> None:
        self._supervisor.start(
            self.postgres.command(),
            self.product.temporal.command(),
            self.mailbox.command(inherited()),
            self.product.acquirer(),
            self.product.bank(),
            self.product.identity(),
        )
        self.postgres.create_database(DATABASE)


def _arrange(places: Places, ports: Ports, days_ahead: int) -> Product:
    port = {name: ports.reserve(preferred) for name, preferred in PREFERRED_PORTS.items()}
    return Product(
        places=places,
        postgres=Postgres(places.database_home, port["postgres"], places.log("postgres")),
        temporal=Temporal(
            port=port["temporal"],
            ui_port=port["ui"],
            http_port=ports.reserve_any(),
            metrics_port=ports.reserve_any(),
            folder=places.folder,
            log=places.log("temporal"),
            history=places.history,
        ),
        mailbox=Mailbox(
            port["smtp"], port["imap"], port["mail"], places.folder, places.log("mail")
        ),
        api_port=port["api"],
        web_port=port["web"],
        acquirer_port=port["acquirer"],
        bank_port=port["bank"],
        identity_port=port["identity"],
        bank_days_ahead=days_ahead,
    )


def _say(line: str) -> None:
    sys.stderr.write(f"stack: {line}\n")
    sys.stderr.flush()
