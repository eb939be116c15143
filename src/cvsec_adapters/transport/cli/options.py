"""Options that several commands share."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, TypeVar

import click

from cvsec_adapters.transport.cli.cursors import CursorType
from cvsec_adapters.transport.cli.session import Session
from cvsec_core.handling import SYSTEM

F = TypeVar("F", bound=Callable[..., Any])

LONGEST_NAME = 64
DRIVER = "device:"
"""How the name of a driver's actor begins."""


def _database(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        if not value.name:
            raise click.BadParameter("expected the path of a file.", ctx, param)
        session = ctx.ensure_object(Session)
        session.database, session.is_chosen = value, True


def a_person(ctx: click.Context, value: str) -> str:
    """The name of who acts.

    Raises:
        BadParameter: it is no name, or one under which the site and its drivers act.
    """
    is_name = value.strip() and value.isprintable() and len(value) <= LONGEST_NAME
    if not is_name or value == SYSTEM or value.startswith(DRIVER):
        raise click.BadParameter(
            f"expected a name of 1 to {LONGEST_NAME} characters, and not one of the site's own, "
            f"{SYSTEM} or {DRIVER}….",
            ctx,
            param_hint="'--as'",
        )
    return value


def _actor(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Session).named = a_person(ctx, value)


def at_a_site(command: F) -> F:
    """The options of `cvsec` itself may also stand behind the command."""
    who = click.option(
        "--as",
        metavar="NAME",
        expose_value=False,
        callback=_actor,
        help="Who is acting.  [default: you]",
    )
    where = click.option(
        "--db",
        type=click.Path(dir_okay=False, path_type=Path),
        expose_value=False,
        callback=_database,
        help="The database of the site.",
    )
    return where(who(command))


def everywhere(command: F) -> F:
    """The same, and --json."""
    as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    return as_json(at_a_site(command))


def paged(command: F) -> F:
    """--limit and --after."""
    limit = click.option(
        "--limit",
        type=click.IntRange(min=1, max=1_000_000),
        default=50,
        show_default=True,
        help="At most so many.",
    )
    after = click.option(
        "--after", type=CursorType(), help="Go on where the page before ended (its `next:`)."
    )
    return limit(after(command))


def spanned(command: F) -> F:
    """--from and --to."""
    start = click.option("--from", "start", type=MomentType(), help="Not before this time.")
    end = click.option(
        "--to", "end", type=MomentType(), help="Before this time; of a date the whole day."
    )
    return start(end(command))


class MomentType(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]  # generic only in newer clicks
    """An ISO 8601 date, or date and time."""

    name = "date|datetime"

    def convert(
        self,
        value: Any,  # noqa: ANN401  # as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> date:
        if isinstance(value, date):
            return value
        with suppress(ValueError):
            return date.fromisoformat(str(value))
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r}: expected a date or a date and time, such as 2026-03-09 or "
                "2026-03-09T08:15 (in the site's time zone) or 2026-03-09T07:15Z.",
                param,
                ctx,
            )


Span = tuple[datetime | None, datetime | None]


def span_of(start: date | None, end: date | None, zone: tzinfo) -> Span:
    """The first moment, and the first one after; a date is a whole day in *zone*.

    Raises:
        click.BadParameter: it would be over before it begins.
    """
    first, after = beginning(start, zone), ending(end, zone)
    if first and after and after <= first:
        raise click.BadParameter("expected a time after that of --from.", param_hint="'--to'")
    return first, after


def beginning(when: date | None, zone: tzinfo) -> datetime | None:
    """The moment that *when* names, UTC: a date is its first moment in *zone*."""
    return None if when is None else _moment(when, zone, "--from")


def ending(when: date | None, zone: tzinfo) -> datetime | None:
    """The first moment after what *when* names, UTC: a date is over with its day in *zone*."""
    if when is None or isinstance(when, datetime):
        return None if when is None else _moment(when, zone, "--to")
    if when == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return _moment(when + timedelta(days=1), zone, "--to")


def planned(start: date, end: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when until when something is planned, UTC; a date is a whole day in *zone*."""
    whole = not isinstance(end, datetime) and end != date.max
    after = end + timedelta(days=1) if whole else end
    return _moment(start, zone, "--start"), _moment(after, zone, "--end")


def _moment(when: date, zone: tzinfo, option: str) -> datetime:
    moment = when if isinstance(when, datetime) else datetime.combine(when, time())
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise click.BadParameter("expected a year that has UTC.", param_hint=option) from error


class ZoneType(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]  # generic only in newer clicks
    """The name of a time zone."""

    name = "zone"

    def convert(
        self,
        value: Any,  # noqa: ANN401  # as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        from cvsec_adapters.wiring import zone

        try:
            zone(str(value))
        except KeyError:
            self.fail(
                f"{value!r}: expected the name of a time zone, such as Europe/Madrid or UTC.",
                param,
                ctx,
            )
        return str(value)
