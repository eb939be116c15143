"""Progress of long work: on stderr, and only where that is a terminal."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

Step = Callable[[str, int, int], None]
"""Called with what is worked on, how much is done, and how much there is."""


@contextmanager
def bars() -> Generator[Step]:
    """A bar for each thing that is worked on."""
    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:

        def step(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name)
            progress.update(tasks[name], completed=done, total=total)

        yield step
