"""`cvsec credentials`: what people show to prove who they are."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import IO

import click

from cvsec_adapters.desk import codes, credentials as desk
from cvsec_adapters.desk.credentials import Issued, Validity
from cvsec_adapters.desk.people import row
from cvsec_adapters.transport.cli import people_shapes
from cvsec_adapters.transport.cli.acting import carry_out
from cvsec_adapters.transport.cli.options import MomentType, beginning, ending, everywhere
from cvsec_adapters.transport.cli.pictures import qr_files, write_qr
from cvsec_adapters.transport.cli.reading import secret_in
from cvsec_adapters.transport.cli.rendering import credentials as boards, deciding
from cvsec_adapters.transport.cli.rendering.screen import screen_for
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import door_ids, person_numbers
from cvsec_adapters.transport.cli.telling import tell_as_json
from cvsec_adapters.transport.cli.writing import write_json
from cvsec_core.aggregates.credential import CredentialKind, DisableReason
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.ids import CredentialId
from cvsec_core.projections import directory
from cvsec_core.site import Site

REASONS = (
    "Blocked", "LockedOut", "Lost", "Stolen", "Damaged", "Destroyed", "Inactivity", "Expired",
    "RenewalNeeded",
)  # fmt: skip


@click.group
def command() -> None:
    """Cards, PINs and QR codes: issue, suspend, show and verify them."""


@command.command
@click.argument("person", shell_complete=person_numbers)
@click.option("--kind", type=click.Choice(["card", "pin", "qr"]), required=True)
@click.option("--number", help="The number of the card.")
@click.option(
    "--pin-file",
    type=click.File("rb"),
    help="The file that the PIN stands in: 4 to 8 digits; - is the standard input. No device takes "
    "PINs yet.",
)
@click.option("--valid-from", "start", type=MomentType(), help="It counts from then.")
@click.option(
    "--valid-until", "end", type=MomentType(), help="It counts until then; of a date the whole day."
)
@click.option(
    "--duress",
    is_flag=True,
    help="Whoever shows it is being forced to: an alarm is raised elsewhere, and the door says "
    "nothing of it. Devices that decide alone do not know it; those that ask the site let it in.",
)
@everywhere
@click.pass_obj
def issue(
    session: Session,
    *,
    person: str,
    kind: CredentialKind,
    number: str | None,
    pin_file: IO[bytes] | None,
    start: date | None,
    end: date | None,
    duress: bool,
    as_json: bool,
) -> None:
    """Issue a card, a PIN (in place of the one before) or what shows QR codes to somebody.

    A PIN opens no door yet: no device asks the site about one. Programs that embed cvsec may.
    """
    _require_fitting(kind, number, pin_file)
    pin = secret_in(pin_file, "pin_file") if pin_file else ""
    with session.existing() as site:
        valid = Validity(beginning(start, site.zone()), ending(end, site.zone()), duress)

        def issued() -> Issued:
            by = session.actor
            if kind == "card":
                return desk.issue_card(site, person, number or "", by=by, validity=valid)
            if kind == "pin":
                return desk.issue_pin(site, person, pin, by=by, validity=valid)
            return desk.issue_qr(site, person, by=by, validity=valid)

        _issue(session, site, issued, as_json=as_json)


def _require_fitting(kind: CredentialKind, number: str | None, pin_file: object) -> None:
    for name, given, wanted in (
        ("--number", number is not None, kind == "card"),
        ("--pin-file", pin_file is not None, kind == "pin"),
    ):
        if wanted and not given:
            raise click.UsageError(f"Missing option '{name}': --kind {kind} needs it.")
        if given and not wanted:
            raise click.UsageError(f"Option '{name}' does not go with --kind {kind}.")


def _issue(session: Session, site: Site, issued: Callable[[], Issued], *, as_json: bool) -> None:
    """Issue it, and say under which id."""
    name = CredentialId("")

    def deed() -> Answer:
        nonlocal name
        name, answer = (made := issued()).credential, made.answer
        return answer

    def done(_: Answer) -> Words:
        id_ = _shape(site, name)["id"].replace("{", "{{").replace("}", "}}")
        return Words(f"Issued: {id_}", f"Emitida: {id_}")

    carry_out(session, site, deed, done, as_json=as_json, shape=lambda: _shape(site, name))


@command.command("list")
@click.argument("person", shell_complete=person_numbers)
@everywhere
@click.pass_obj
def list_(session: Session, person: str, *, as_json: bool) -> None:
    """What was issued to somebody, and whether it counts."""
    with session.existing() as site:
        rows = site.query(directory.credentials_of, row(site, person).id)
        if as_json:
            write_json([people_shapes.credential(issued, person) for issued in rows])
        else:
            boards.credentials(screen_for(site, session.locale), rows)


@command.command
@click.argument("id_", metavar="ID")
@click.option(
    "--reason", type=click.Choice(REASONS), default="Blocked", show_default=True, help="Why."
)
@everywhere
@click.pass_obj
def suspend(session: Session, id_: str, reason: DisableReason, *, as_json: bool) -> None:
    """Let a credential count no longer, until it is restored."""

    def deed(site: Site) -> Answer:
        return desk.suspend(site, id_, reason, by=session.actor)

    _carry_out(session, id_, deed, SUSPENDED, as_json=as_json)


@command.command
@click.argument("id_", metavar="ID")
@everywhere
@click.pass_obj
def restore(session: Session, id_: str, *, as_json: bool) -> None:
    """Let a suspended credential count again."""

    def deed(site: Site) -> Answer:
        return desk.restore(site, id_, by=session.actor)

    _carry_out(session, id_, deed, RESTORED, as_json=as_json)


@command.command
@click.argument("id_", metavar="ID")
@everywhere
@click.pass_obj
def revoke(session: Session, id_: str, *, as_json: bool) -> None:
    """Let a credential never count again."""

    def deed(site: Site) -> Answer:
        return desk.revoke(site, id_, by=session.actor)

    _carry_out(session, id_, deed, REVOKED, as_json=as_json)


@command.command("reset-passback")
@click.argument("id_", metavar="ID")
@everywhere
@click.pass_obj
def reset_passback(session: Session, id_: str, *, as_json: bool) -> None:
    """Let whose credential it is enter again, as nobody saw them leave."""

    def deed(site: Site) -> Answer:
        return desk.reset_passback(site, id_, by=session.actor)

    _carry_out(session, id_, deed, PASSBACK_RESET, as_json=as_json)


@command.command
@click.argument("person", shell_complete=person_numbers)
@qr_files
@everywhere
@click.pass_obj
def qr(session: Session, person: str, png: Path | None, svg: Path | None, *, as_json: bool) -> None:
    """Show somebody's code as of now: it works once, and for less than a minute.

    Who never had a QR credential is issued one.
    """
    from cvsec_adapters.wiring import desk_of

    with session.existing() as site, tell_as_json(session, as_json=as_json):
        shown = codes.show_code(desk_of(site), person, by=session.actor)
        files = write_qr(shown.text, png, svg)
        if as_json:
            write_json(people_shapes.code(shown.credential, shown.text, shown.until, files))
            return
        if not files:
            click.echo(codes.terminal(shown.text))
        click.echo(shown.text)
        until = screen_for(site, session.locale).clock(shown.until)
        click.echo(UNTIL.filled(session.locale, {"until": until}))


@command.command
@click.argument("text")
@click.option("--door", required=True, metavar="DOOR", shell_complete=door_ids)
@everywhere
@click.pass_context
def verify(ctx: click.Context, text: str, door: str, *, as_json: bool) -> None:
    """Decide whether a door opens to who shows a code, and record it; the code is then used up."""
    from cvsec_adapters.wiring import desk_of

    session = ctx.ensure_object(Session)
    with session.existing() as site, tell_as_json(session, as_json=as_json):
        verdict = codes.verify_code(desk_of(site), text, door, by=session.actor)
        known = site.query(directory.one, verdict.person) if verdict.person else None
        number = known.number if known else None
        shape = people_shapes.decision(verdict.decision, number, door, site.clock(), session.locale)
        if as_json:
            write_json(shape)
        else:
            deciding.decision(screen_for(site, session.locale), shape)
    ctx.exit(0 if verdict.decision.granted else 1)


def _carry_out(
    session: Session, id_: str, deed: Callable[[Site], Answer], done: Words, *, as_json: bool
) -> None:
    """Do it, and say it; as JSON it is the credential as it is now."""
    with session.existing() as site:
        carry_out(
            session,
            site,
            lambda: deed(site),
            done,
            as_json=as_json,
            shape=lambda: _shape(site, desk.called(site, id_)),
        )


def _shape(site: Site, name: CredentialId) -> people_shapes.Shape:
    found = site.query(directory.credential_of, name)
    assert found is not None  # noqa: S101  # it was issued before
    holder = site.query(directory.names, (found.person,))[found.person]
    return people_shapes.credential(found, holder.number)


SUSPENDED = Words("Suspended.", "Suspendida.")
RESTORED = Words("Restored.", "Restaurada.")
PASSBACK_RESET = Words("They may enter again.", "Puede volver a entrar.")
REVOKED = Words("Revoked.", "Revocada.")
UNTIL = Words("Shown until {until}.", "Se muestra hasta las {until}.")
