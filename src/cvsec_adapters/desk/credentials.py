"""Cards, PINs and QR credentials at a desk: issued, suspended, revoked.

People know a card by its number, and a PIN or a code by an id that is drawn for it. A PIN is kept
as a hash under a secret of the site, its bearer in it: it is never read back, tells nothing beside
another one, and is checked within the moment that a door has.
"""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Any

from attrs import frozen

from cvsec_adapters.desk.drawing import drawn
from cvsec_adapters.desk.people import enrolled, require_card
from cvsec_adapters.desk.together import together
from cvsec_core.aggregates import credential
from cvsec_core.aggregates.credential import (
    CredentialKind,
    CredentialUnknownError,
    DisableReason,
    IssueCredential,
    ResetAntiPassback,
    RestoreCredential,
    RevokeCredential,
    SuspendCredential,
)
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.ids import CredentialId, PersonId
from cvsec_core.projections import directory
from cvsec_core.site import Site
from cvsec_core.values import how_long, invalid

_PIN = re.compile(r"\d{4,8}", re.ASCII)
_DRAWN = re.compile(r"(?:pin|qr)-[a-z2-7]{10}", re.ASCII)

Live = credential.Active | credential.Suspended


@frozen
class Issued:
    """A credential, and what became of issuing it."""

    credential: CredentialId
    answer: Answer


@frozen
class Validity:
    """From when until when a credential counts; None: from now, until it is revoked. ``duress``:
    who shows it is being forced to.
    """

    start: datetime | None = None
    end: datetime | None = None
    duress: bool = False


ALWAYS = Validity()


def issue_card(
    site: Site, number: str, card: str, *, by: str, validity: Validity = ALWAYS
) -> Issued:
    """Issue the card with the number *card* to the person with this *number*.

    Raises:
        PersonUnknownError: nobody has this number.
        CredentialTakenError: the card is somebody else's, or theirs for another time.
        InvalidFieldError: that is no number of a card, or it ends before it begins.
    """
    require_card(card, "number")
    who, _ = enrolled(site, number)
    name = site.new_card(card)
    asked = _issue(site, name, who, "card", by=by, validity=validity, number=card)
    return Issued(name, site.handle(asked, actor=by))


def issue_pin(site: Site, number: str, pin: str, *, by: str, validity: Validity = ALWAYS) -> Issued:
    """Issue a PIN to the person with this number. It takes the place of the one that they had; one
    for duress stands beside it.

    Raises:
        PersonUnknownError: nobody has this number.
        CredentialTakenError: they have it for another time.
        InvalidFieldError: it is no PIN, or is theirs for the other purpose; or it ends before it
            begins.
    """
    if not _PIN.fullmatch(pin):
        # An error is no place for a PIN.
        invalid("pin", how_long(pin), "4 to 8 digits", "de 4 a 8 dígitos")
    who, _ = enrolled(site, number)
    digest = pin_digest(site, who, pin)
    revoked = list[Any]()
    for name, state in _live(site, who, "pin"):
        if state.issue.digest == digest:
            if state.issue.duress != validity.duress:
                invalid(
                    "pin",
                    Words("the same", "el mismo"),
                    "another PIN for duress",
                    "otro PIN para coacción",
                )
            asked = _issue(site, name, who, "pin", by=by, validity=validity, digest=digest)
            return Issued(name, site.handle(asked, actor=by))
        if state.issue.duress == validity.duress:
            revoked.append(RevokeCredential(name, by, site.clock(), who))
    name = _draw("pin")
    asked = _issue(site, name, who, "pin", by=by, validity=validity, digest=digest)
    return Issued(name, together(site, [*revoked, asked], by))


def issue_qr(site: Site, number: str, *, by: str, validity: Validity = ALWAYS) -> Issued:
    """Issue what shows dynamic codes to the person with this number; they have one at a time.

    Raises:
        PersonUnknownError: nobody has this number.
        CredentialTakenError: they have one for another time.
        InvalidFieldError: it ends before it begins.
    """
    who, _ = enrolled(site, number)
    name = next((name for name, _ in _live(site, who, "qr")), None) or _draw("qr")
    asked = _issue(site, name, who, "qr", by=by, validity=validity)
    return Issued(name, site.handle(asked, actor=by))


def suspend(site: Site, name: str, reason: DisableReason, *, by: str) -> Answer:
    """Let the credential that people call *name* count no longer, until it is restored.

    Raises:
        CredentialUnknownError: there is none.
        CredentialRevokedError: it was revoked.
        InvalidFieldError: that is no such reason.
    """
    return site.handle(SuspendCredential(called(site, name), reason, by, site.clock()), actor=by)


def restore(site: Site, name: str, *, by: str) -> Answer:
    """Let a suspended credential count again.

    Raises:
        CredentialUnknownError: there is none.
        CredentialRevokedError: it was revoked.
    """
    return site.handle(RestoreCredential(called(site, name), by, site.clock()), actor=by)


def reset_passback(site: Site, name: str, *, by: str) -> Answer:
    """Let whose credential it is enter again, as nobody saw them leave.

    Raises:
        CredentialUnknownError: there is none.
    """
    return site.handle(ResetAntiPassback(called(site, name), by, site.clock()), actor=by)


def revoke(site: Site, name: str, *, by: str) -> Answer:
    """Let a credential never count again; a card may then be issued anew.

    Raises:
        CredentialUnknownError: there is none.
    """
    return site.handle(RevokeCredential(called(site, name), by, site.clock()), actor=by)


def called(site: Site, name: str) -> CredentialId:
    """The id of the credential that people call *name*: a card's number, or an id that was drawn.

    Raises:
        CredentialUnknownError: there is none.
    """
    if _DRAWN.fullmatch(name) and _is_issued(site, CredentialId(name)):
        return CredentialId(name)
    card = site.card(name)
    if not _is_issued(site, card):
        raise CredentialUnknownError(name)
    return card


# PINs.
def pin_digest(site: Site, who: PersonId, pin: str) -> str:
    """What is kept of a person's *pin*."""
    key = site.pseudonyms.secret("pins")
    return hmac.new(key, f"{who}|{pin}".encode(), hashlib.sha256).hexdigest()


def credential_of_pin(site: Site, who: PersonId, pin: str) -> CredentialId | None:
    """The credential that *who* shows by typing *pin*; None where it is wrong. It is for programs
    that embed the desk: no device asks about PINs yet.
    """
    digest = pin_digest(site, who, pin)
    for name, state in _live(site, who, "pin"):
        if hmac.compare_digest(state.issue.digest or "", digest):
            return name
    return None


def _draw(kind: str) -> CredentialId:
    return CredentialId(f"{kind}-{drawn()}")


def _issue(
    site: Site,
    name: CredentialId,
    who: PersonId,
    kind: CredentialKind,
    *,
    by: str,
    validity: Validity,
    number: str | None = None,
    digest: str | None = None,
) -> IssueCredential:
    return IssueCredential(
        name,
        who,
        kind,
        by,
        site.clock(),
        number,
        digest,
        validity.start,
        validity.end,
        validity.duress,
    )


def _live(site: Site, who: PersonId, kind: CredentialKind) -> list[tuple[CredentialId, Live]]:
    """The person's credentials of a kind that were not revoked."""
    rows = site.query(directory.credentials_of, who)
    states = [(row.id, site.state(credential.stream(row.id))) for row in rows if row.kind == kind]
    return [(name, state) for name, state in states if isinstance(state, Live)]


def _is_issued(site: Site, name: CredentialId) -> bool:
    return not isinstance(site.state(credential.stream(name)), credential.Unissued)
