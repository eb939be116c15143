"""The core asks nothing of the world: it runs with files, sockets, clocks and chance taken away."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import cvsec_core

SRC = Path(cvsec_core.__file__).parents[1]

A_DAY_WITHOUT_THE_WORLD = dedent("""
    import builtins, pkgutil, sys
    from contextlib import nullcontext
    from datetime import UTC, datetime, timedelta
    from importlib import import_module

    # What the standard library and attrs need for themselves is loaded before the world goes away.
    import attrs, bisect, collections, gc, hashlib, string, threading, types, typing

    import cvsec_core
    modules = [m.name for m in pkgutil.walk_packages(cvsec_core.__path__, "cvsec_core.")]

    FORBIDDEN = {"socket", "sqlite3", "random", "secrets", "subprocess", "uuid", "ssl",
                 "urllib.request", "http.client", "smtplib", "asyncio", "logging"}

    class Gate:
        def find_spec(self, name, path=None, target=None):
            if name in FORBIDDEN:
                raise ImportError(f"{name} is of the world")
            return None

    loaded_before = FORBIDDEN & set(sys.modules)
    for name in loaded_before:
        sys.modules[name] = None  # importing it raises ImportError
    sys.meta_path.insert(0, Gate())

    def refuse(*_arguments, **_named):
        raise AssertionError("the core asked the world")

    builtins.open = refuse
    # The module itself is needed, for datetime writes dates by it; its clocks are taken away.
    import time
    for clock in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "sleep"):
        setattr(time, clock, refuse)
    for name in modules:
        import_module(name)

    from cvsec_core.aggregates import alarm, device, door, journal, lockdown_group
    from cvsec_core.catalogue import AGGREGATES, PROJECTIONS, RULES
    from cvsec_core.errors import StreamMovedError
    from cvsec_core.handling import Asked, Handler
    from cvsec_core.recorded import Recorded

    class Lists:
        '''An event log of plain lists.'''

        def __init__(self):
            self.events, self.known = [], {}

        def append(self, entries, expected, handled=()):
            moved = tuple(s for s, v in expected.items() if len(self.read(s)) != v)
            if moved:
                raise StreamMovedError(moved)
            new = [
                Recorded(e.stream, e.version, len(self.events) + n, e.meta, e.event)
                for n, e in enumerate(entries, 1)
            ]
            self.events += new
            for answer in handled:
                self.known[answer.command_id] = new[answer.start : answer.stop]
            return new

        def read(self, stream, after=0):
            return [r for r in self.events if r.stream == stream][after:]

        def read_many(self, streams):
            return [r for stream in streams for r in self.read(stream)]

        def read_all(self, after, limit):
            return self.events[after : after + limit]

        def streams_after(self, position):
            return [r.stream for r in self.events[position:]]

        def head(self):
            return len(self.events)

        def exclusive(self):
            return nullcontext()

        def answered(self, command_id):
            return self.known.get(command_id)

    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    log = Lists()
    handler = Handler(log, AGGREGATES, RULES, lambda: now)

    def ask(command, name=None):
        (answer,) = handler.handle([Asked(command, name)])
        return answer

    line = journal.Line(1, 102, 1, None, None, "in", "card", now, "line")
    for command in (
        device.RegisterDevice("lobby", "Lobby", "ground floor", "UTC", 2, "guard", now),
        device.ReportDeviceOnline("lobby", now),
        lockdown_group.DefineLockdownGroup("all", ("lobby-1", "lobby-2"), "guard", now),
        door.RequestUnlock("lobby-1", "guard", now),
        journal.RecordPassages("lobby", "2026-03-02", (line,), now),
        lockdown_group.ActivateLockdown("all", "guard", now),
    ):
        assert ask(command, type(command).__name__).or_raise().events, command
    assert ask(door.RequestUnlock("lobby-1", "guard", now)).refusals
    raised = [r.event for r in log.events if isinstance(r.event, alarm.AlarmRaised)]
    assert len(raised) == 1

    class Rows:
        def get(self, row, key):
            return None

    changes = [
        change
        for recorded in log.events
        for projection in PROJECTIONS
        for change in projection.project(recorded, Rows())
    ]
    assert changes
    print(len(modules), len(log.events))
""")


def run(program: str) -> str:
    """What a new Python says that runs *program*; `-I` lets nothing of this one through."""
    preface = f"import sys; sys.path.insert(0, {str(SRC)!r}); sys.dont_write_bytecode = True\n"
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", preface + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_core_decides_without_files_sockets_clocks_or_chance():
    modules, events = map(int, run(A_DAY_WITHOUT_THE_WORLD).split())
    assert modules > 20
    assert events > 10


def test_the_package_alone_loads_none_of_its_modules():
    program = "import cvsec_core; print([m for m in sys.modules if m.startswith('cvsec_core.')])"
    assert run(program).strip() == "[]"


def test_a_public_name_loads_what_it_needs():
    program = "import cvsec_core; print(all(getattr(cvsec_core, n) for n in cvsec_core.__all__))"
    assert run(program).strip() == "True"


def test_a_name_that_there_is_not_is_told_as_python_tells_it():
    program = dedent(
        """
        import cvsec_core
        try:
            cvsec_core.Nothing
        except AttributeError as error:
            print(error)
        """
    )
    assert run(program).strip() == "module 'cvsec_core' has no attribute 'Nothing'"


def test_every_public_name_is_there():
    for name in cvsec_core.__all__:
        assert getattr(cvsec_core, name).__name__ == name
