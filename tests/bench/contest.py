"""Several processes at the same invitations at once: which of them lets the guest in?

``python -m tests.bench.contest PEER FOLDER SCANS`` is one of the processes: it says that it is
ready, waits for a line, scans, and prints when it began and ended, how long each scan took and how
many guests it let in.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

from attrs import frozen

from cvsec_adapters.desk.invitations import redeem
from cvsec_adapters.wiring import desk_of
from tests.bench import bare, crowd, events, ours, stock_people

ROOT = Path(__file__).parents[2]
TEXTS = "texts.json"
"""What is scanned, in the folder of the site."""

Scan = Callable[[str], bool]
"""Whether the guest with that text is let in."""


@frozen
class Peer:
    """How invitations are made, and how they are scanned."""

    prepare: Callable[[Path, int], list[str]]
    scanning: Callable[[Path], AbstractContextManager[Scan]]


@frozen
class Held:
    """What came of a contest: how long it took, and how long each scan."""

    wall: float
    seconds: tuple[float, ...]


def prepare(peer: str, folder: Path, count: int) -> None:
    """Make *count* invitations in the folder."""
    texts = PEERS[peer].prepare(folder, count)
    (folder / TEXTS).write_text(json.dumps(texts), encoding="utf-8")


@frozen
class Contest:
    """So many *processes* scan all invitations in the *prepared* folder, *scans* times in all."""

    peer: str
    prepared: Path
    scans: int
    processes: int

    def held(self, folder: Path) -> Held:
        """What came of it, in an empty *folder*.

        Raises:
            RuntimeError: somebody was let in twice, or not at all.
        """
        shutil.copytree(self.prepared, folder, dirs_exist_ok=True)
        with ExitStack() as stack:
            started = [stack.enter_context(self._process(folder)) for _ in range(self.processes)]
            told = [json.loads(out) for out in _released(started)]
        invited = len(json.loads((folder / TEXTS).read_text(encoding="utf-8")))
        admitted = sum(one["admitted"] for one in told)
        if admitted != invited:
            raise RuntimeError(f"{self.peer}: {invited} were invited and {admitted} let in")
        wall = max(one["ended"] for one in told) - min(one["begun"] for one in told)
        return Held(wall, tuple(took for one in told for took in one["seconds"]))

    def _process(self, folder: Path) -> subprocess.Popen[str]:
        program = [sys.executable, "-m", "tests.bench.contest"]
        return subprocess.Popen(
            [*program, self.peer, str(folder), str(self.scans)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def _released(started: list[subprocess.Popen[str]]) -> list[str]:
    """What each process says in the end; all of them begin when the last one is ready."""
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate()[0] for process in started]


def main(peer: str, folder: Path, scans: int) -> None:
    """Be one of the processes."""
    texts: list[str] = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
    with PEERS[peer].scanning(folder) as scan:
        print("ready", flush=True)
        sys.stdin.readline()
        seconds, admitted, begun = list[float](), 0, perf_counter()
        for number in range(scans):
            start = perf_counter()
            admitted += scan(texts[number % len(texts)])
            seconds.append(perf_counter() - start)
        ended = perf_counter()
    told = {"begun": begun, "ended": ended, "admitted": admitted, "seconds": seconds}
    print(json.dumps(told))


def _ours(folder: Path, count: int) -> list[str]:
    with ours.opened(folder) as site:
        desk = desk_of(site)
        return [desk.tokens.write(name, crowd.NONCE) for name in crowd.invite(site, count)]


@contextmanager
def _at_our_desk(folder: Path) -> Generator[Scan]:
    with ours.opened(folder) as site:
        desk = desk_of(site)
        yield lambda text: not redeem(desk, text, by=events.SOMEBODY).refusals


PEERS: Mapping[str, Peer] = {
    "ours": Peer(_ours, _at_our_desk),
    "stock": Peer(stock_people.invite, stock_people.scanning),
    "bare": Peer(bare.invite, bare.scanning),
}

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
