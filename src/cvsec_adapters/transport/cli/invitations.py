"""`cvsec invitations`: who is asked to come, and what became of it."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from cvsec_adapters.transport.cli import visiting_shapes
from cvsec_adapters.transport.cli.acting import carry_out
from cvsec_adapters.transport.cli.cursors import Keys, cursor_of, fitting
from cvsec_adapters.transport.cli.options import MomentType, everywhere, paged, planned
from cvsec_adapters.transport.cli.pictures import qr_files, write_qr
from cvsec_adapters.transport.cli.rendering import visiting
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import open_invitations, person_numbers
from cvsec_adapters.transport.cli.visits import visit_shape
from cvsec_adapters.transport.cli.writing import write_cursor, write_json
from cvsec_core.aggregates.invitation import InvitationUnknownError
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.ids import InvitationId, VisitId
from cvsec_core.projections import invitations
from cvsec_core.projections.invitations import Invitation
from cvsec_core.site import Site

LONGEST_SCAN = 4096
"""Bytes; no code has more."""


@click.group
def command() -> None:
    """Invitations: issue, repeat, withdraw and redeem them."""


@command.command
@click.option(
    "--host",
    required=True,
    metavar="PERSON",
    shell_complete=person_numbers,
    help="Who invites: an id, or how a name begins.",
)
@click.option("--first-name", required=True)
@click.option("--last-name", default="")
@click.option("--email", required=True, metavar="ADDRESS", help="Where the letter goes.")
@click.option("--mobile", metavar="NUMBER")
@click.option("--start", type=MomentType(), required=True)
@click.option("--end", type=MomentType(), required=True)
@click.option("--reason", required=True, help="Such as meeting, delivery, interview.")
@click.option("--visitors", type=int, default=1, show_default=True, help="How many come.")
@click.option("--remarks", default="", help="For the host; the letter does not tell them.")
@everywhere
@click.pass_obj
def issue(
    session: Session,
    *,
    host: str,
    first_name: str,
    last_name: str,
    email: str,
    mobile: str | None,
    start: date,
    end: date,
    reason: str,
    visitors: int,
    remarks: str,
    as_json: bool,
) -> None:
    """Invite somebody; a letter tells them, with a QR code that admits once."""
    from cvsec_adapters.desk import invitations as desk
    from cvsec_adapters.desk.visitors import Visitor
    from cvsec_adapters.wiring import desk_of

    with session.existing(for_lists=False) as site:
        guest = Visitor(first_name, last_name, None, email, mobile)
        span = planned(start, end, site.zone())
        wish = desk.Invite(host, guest, *span, reason, visitors, remarks)

        def deed() -> Answer:
            return desk.issue(desk_of(site), wish, by=session.actor)

        _issued(session, site, wish.invitation, deed, as_json=as_json)


@command.command
@click.argument("id_", metavar="ID")
@click.option("--start", type=MomentType(), help="[default: the same time of day, when next]")
@click.option("--end", type=MomentType(), help="[default: as long as before]")
@click.option("--reason", help="[default: as before]")
@click.option("--visitors", type=int, help="How many come.  [default: as before]")
@click.option("--remarks", help="[default: as before]")
@everywhere
@click.pass_obj
def reinvite(
    session: Session,
    *,
    id_: str,
    start: date | None,
    end: date | None,
    reason: str | None,
    visitors: int | None,
    remarks: str | None,
    as_json: bool,
) -> None:
    """Invite the guest of an earlier invitation again, for another time.

    Without a time it is for the same hours as before, by the clock of the site: today where they
    are still to come, else tomorrow.
    """
    from cvsec_adapters.desk import invitations as desk
    from cvsec_adapters.wiring import desk_of

    with session.existing(for_lists=False) as site:
        zone = site.zone()
        first = None if start is None else planned(start, start, zone)[0]
        last = None if end is None else planned(end, end, zone)[1]
        wish = desk.Again(first, last, reason, visitors, remarks)

        def deed() -> Answer:
            return desk.reissue(desk_of(site), InvitationId(id_), wish, by=session.actor)

        _issued(session, site, wish.invitation, deed, as_json=as_json)


@command.command
@click.argument("id_", metavar="ID", shell_complete=open_invitations)
@everywhere
@click.pass_obj
def withdraw(session: Session, id_: str, *, as_json: bool) -> None:
    """Take an invitation back; a letter tells the guest."""
    from cvsec_adapters.desk import invitations as desk

    name = InvitationId(id_)
    with session.existing(for_lists=False) as site:
        carry_out(
            session,
            site,
            lambda: desk.withdraw(site, name, by=session.actor),
            WITHDRAWN,
            as_json=as_json,
            shape=lambda: visiting_shapes.invitation(_one(site, name), site.clock()),
        )


@command.command
@click.argument("text")
@everywhere
@click.pass_obj
def redeem(session: Session, text: str, *, as_json: bool) -> None:
    """Make a visit of what a visitor shows, once: the text of the code in their letter.

    A program that scans codes gives - and writes the text to the standard input: what begins with
    a dash would else be taken for an option.
    """
    from cvsec_adapters.desk import invitations as desk
    from cvsec_adapters.desk.drawing import drawn
    from cvsec_adapters.wiring import desk_of

    visit, shown = VisitId(drawn()), _scanned() if text == "-" else text
    with session.existing(for_lists=False) as site:
        carry_out(
            session,
            site,
            lambda: desk.redeem(desk_of(site), shown, by=session.actor, visit=visit),
            Words(
                f"Redeemed: the visit {visit} is expected; let them in with `visits checkin`.",
                f"Usada: se espera la visita {visit}; registre su entrada con `visits checkin`.",
            ),
            as_json=as_json,
            shape=lambda: visit_shape(site, visit),
        )


def _scanned() -> str:
    """What stands on the standard input, as far as is looked at."""
    scanned = sys.stdin.buffer.read(LONGEST_SCAN)
    return scanned.decode(errors="replace")


@command.command("list")
@click.option("--host", metavar="PERSON", shell_complete=person_numbers, help="Those of a host.")
@paged
@everywhere
@click.pass_obj
def list_(
    session: Session, *, host: str | None, limit: int, after: Keys | None, as_json: bool
) -> None:
    """The invitations, the newest first."""
    from cvsec_adapters.desk.hosts import find_host

    with session.existing() as site:
        now = site.clock()
        of = None if host is None else find_host(site, host).id
        found = site.query(invitations.of_host, of, after=fitting(after), limit=limit + 1)
        page, more = found[:limit], len(found) > limit
        if as_json:
            write_json([visiting_shapes.invitation(shown, now) for shown in page])
        else:
            visiting.invitations(screen_for(site, session.locale), page, now)
        write_cursor(cursor_of((page[-1].row.position,)) if more else None)


@command.command
@click.argument("id_", metavar="ID", shell_complete=open_invitations)
@qr_files
@everywhere
@click.pass_obj
def qr(session: Session, id_: str, *, png: Path | None, svg: Path | None, as_json: bool) -> None:
    """Show the code of an invitation, or write it to a file."""
    from cvsec_adapters.desk import codes, invitations as desk
    from cvsec_adapters.wiring import desk_of

    with session.existing(for_lists=False) as site:
        token = desk.token_of(desk_of(site), InvitationId(id_))
        screen = screen_for(site, session.locale)
    files = write_qr(token, png, svg)
    if as_json:
        write_json({"id": id_, "token": token, "files": [str(file) for file in files]})
    elif files:
        for file in files:
            click.echo(WRITTEN.filled(session.locale, {"file": str(file)}))
    else:
        visiting.qr_code(screen, codes.terminal(token))


def _issued(
    session: Session, site: Site, name: InvitationId, deed: Callable[[], Answer], *, as_json: bool
) -> None:
    """Issue it, and show it with its token."""
    from cvsec_adapters.desk import codes, invitations as desk
    from cvsec_adapters.wiring import desk_of

    def shape() -> visiting_shapes.Shape:
        told = visiting_shapes.invitation(_one(site, name), site.clock())
        return told | {"token": desk.token_of(desk_of(site), name)}

    carry_out(session, site, deed, ISSUED, as_json=as_json, shape=shape)
    if not as_json:
        token = desk.token_of(desk_of(site), name)
        screen = screen_for(site, session.locale)
        visiting.invitation(screen, _one(site, name), token, codes.terminal(token))


def _one(site: Site, name: InvitationId) -> Invitation:
    shown = site.query(invitations.one, name)
    if shown is None:
        raise InvitationUnknownError(name)
    return shown


ISSUED = Words(
    "Issued; the letter leaves with `mail send` or `serve`.",
    "Emitida; la carta sale con `mail send` o `serve`.",
)
WITHDRAWN = Words("Withdrawn.", "Retirada.")
WRITTEN = Words("Written to {file}.", "Escrito en {file}.")
