"""What every story needs: the stack, people, data and terminal."""

from dataclasses import dataclass

from simulation.dataset import DataSet
from simulation.people import Cast
from simulation.sandboxes import Acquirer, Bank
from simulation.terminal import Terminal
from stack.embedded import Stack


@dataclass(frozen=True)
class Stage:
    """The running stack, the people, the data, and the audience's terminal.

    `acquirer` and `bank` call the sandboxes' control API: payments, orders, faults and books.
    """

    stack: Stack
    terminal: Terminal
    cast: Cast
    acquirer: Acquirer
    bank: Bank
    data: DataSet
