"""Given events, when a command comes, then events: how the tests of the core are told.

One aggregate::

    given(door, registered).when(RequestUnlock(...)).then(UnlockRequested(...))

A whole site::

    on(site).given(RegisterDevice(...)).when(ReportDeviceOnline(...)).then(DeviceCameOnline(...))

Where the outcome is another, the failure shows both lists of events field by field as a diff.
"""

from collections.abc import Callable, Iterable
from difflib import unified_diff
from functools import reduce
from types import ModuleType
from typing import Any, NoReturn, Self

from attrs import fields, frozen

from cvsec_core.errors import CommandError, Reason, Refusal
from cvsec_core.handling import Answer
from cvsec_core.site import Site


def given(aggregate: ModuleType, *events: object) -> "Given":
    """The aggregate after *events*."""
    return Given(aggregate, events)


def on(site: Site) -> "OnSite":
    """The site as it is."""
    return OnSite(site)


def state_after(aggregate: ModuleType, events: Iterable[object]) -> Any:
    """The state that *events* lead to."""
    return reduce(aggregate.evolve, events, aggregate.INITIAL)


@frozen
class Given:
    aggregate: ModuleType
    events: tuple[object, ...]

    def when(self, command: object) -> "Outcome":
        """What the aggregate makes of *command*."""
        state = state_after(self.aggregate, self.events)
        return Outcome.of(command, lambda: self.aggregate.decide(state, command))


@frozen
class Outcome:
    """What came of a command: events, or an error."""

    command: object
    events: tuple[Any, ...] = ()
    error: CommandError | None = None

    @classmethod
    def of(cls, command: object, attempt: Callable[[], tuple[Any, ...]]) -> Self:
        """The outcome of *attempt*; only the errors that a command may have are caught."""
        try:
            return cls(command, attempt())
        except CommandError as error:
            return cls(command, (), error)

    def then(self, *events: object) -> None:
        """Exactly these events, in this order."""
        if self.error is not None:
            self._fail(f"raised {self.error!r}")
        if self.events != events:
            self._fail("did something else:\n" + event_diff(events, self.events))

    def then_nothing(self) -> None:
        """It was so already."""
        self.then()

    def then_raises(self, error: type[CommandError]) -> CommandError:
        """This error and no event; returns the error for a closer look."""
        if self.error is None:
            self._fail(f"raised nothing:\n{event_diff((), self.events)}")
        if type(self.error) is not error:
            self._fail(f"raised {self.error!r}, not {error.__name__}")
        return self.error

    def then_refused(self, *reasons: Reason) -> None:
        """One refusal with exactly these reasons, in this order."""
        refusals = [event for event in self.events if isinstance(event, Refusal)]
        if len(refusals) != 1 or refusals[0].reasons != reasons:
            self._fail(f"was not refused for {reasons}:\n{event_diff((), self.events)}")

    def then_among_others(self, *events: object) -> None:
        """These events in this order, with any others between them."""
        if self.error is not None:
            self._fail(f"raised {self.error!r}")
        rest = iter(self.events)
        if not all(any(event == one for one in rest) for event in events):
            self._fail("lacks some of it:\n" + event_diff(events, self.events))

    def _fail(self, what: str) -> NoReturn:
        raise AssertionError(f"{told(self.command)}\n{what}")


@frozen
class OnSite:
    site: Site

    def given(self, *commands: object) -> Self:
        """The site after *commands*, none of which may be refused or wrong."""
        for command in commands:
            self.site.handle(command).or_raise()
        return self

    def when(self, command: object, **particulars: Any) -> Outcome:
        """All that follows from *command*, reactions included."""

        def attempt() -> tuple[Any, ...]:
            return events_of(self.site.handle(command, **particulars))

        return Outcome.of(command, attempt)


def events_of(answer: Answer) -> tuple[Any, ...]:
    """The events of an answer without their place in the log."""
    return tuple(recorded.event for recorded in answer.events)


def event_diff(expected: Iterable[object], actual: Iterable[object]) -> str:
    """Both lists of events field by field, as a unified diff."""
    before = [line for event in expected for line in told(event).splitlines()]
    after = [line for event in actual for line in told(event).splitlines()]
    return "\n".join(unified_diff(before, after, "expected", "actual", lineterm="", n=99))


def told(record: Any) -> str:
    """A record, a line a field."""
    lines = [f"  {f.name} = {getattr(record, f.name)!r}" for f in fields(type(record))]
    return "\n".join([type(record).__name__, *lines])
