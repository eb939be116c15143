"""Dynamic codes: shown by who holds a QR credential, read at a door, used once."""

from datetime import datetime

from attrs import define, frozen

from cvsec_adapters.desk.credentials import issue_qr
from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.people import enrolled
from cvsec_adapters.tokens import qr
from cvsec_adapters.tokens.signed import new_nonce
from cvsec_core.aggregates import credential, door
from cvsec_core.errors import CommandError, Words
from cvsec_core.ids import CredentialId, DoorId, PersonId
from cvsec_core.projections import directory
from cvsec_core.rules.access import Decision, holder_of

png, svg, terminal = qr.png, qr.svg, qr.terminal
"""A text as a QR code: a picture, a drawing, characters."""


@define
class NoCodeError(CommandError):
    """A QR credential that was taken from somebody shows no code."""

    id: str

    code = "no-code"
    says = Words(
        "{id} is suspended or revoked, and shows no code.",
        "{id} está suspendida o revocada, y no muestra ningún código.",
    )
    advises = Words(
        "Restore it with `credentials restore`, or issue one with `credentials issue`.",
        "Restáurela con `credentials restore` o emita una con `credentials issue`.",
    )


@frozen
class ShowingCode:
    """The code that a credential shows ``until`` the next one takes its place."""

    credential: CredentialId
    text: str
    until: datetime


def show_code(desk: Desk, number: str, *, by: str) -> ShowingCode:
    """The dynamic code of the person with this number as of now. Who never had a QR credential is
    issued one.

    Raises:
        PersonUnknownError: nobody has this number.
        NoCodeError: theirs is suspended or revoked.
    """
    site, now = desk.site, desk.site.clock()
    who, _ = enrolled(site, number)
    had = [row for row in site.query(directory.credentials_of, who) if row.kind == "qr"]
    if not had:
        name = issue_qr(site, number, by=by).credential
    elif had[-1].state == "active":
        name = had[-1].id
    else:
        raise NoCodeError(had[-1].id)
    return ShowingCode(name, desk.codes.write(name, new_nonce(), now), desk.codes.next_at(now))


@frozen
class Verdict:
    """What was decided at a door, and about whom, where that is known."""

    person: PersonId | None
    decision: Decision


def verify_code(desk: Desk, text: str, door_name: str, *, by: str) -> Verdict:
    """Whether to open the door to who shows the code *text* at it. The decision is recorded, and
    the code is used up by it.

    Raises:
        TokenTooLongError: no code is so long.
        TokenMalformedError: it has not the form of a code.
        TokenForgedError: it was not written here.
        DoorUnknownError: there is no such door.
    """
    site, now, name = desk.site, desk.site.clock(), DoorId(door_name)
    code = desk.codes.read(text, now)
    if isinstance(site.state(door.stream(name)), door.Unregistered):
        raise door.DoorUnknownError(name)
    decision = site.decide_at_door(name, now, code=code, actor=by)
    return Verdict(holder_of(site.state(credential.stream(code.credential))), decision)
