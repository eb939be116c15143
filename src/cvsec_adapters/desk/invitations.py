"""Invitations: a host asks somebody to come, and what they were sent lets them in once."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from attrs import field, frozen

from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.drawing import drawn
from cvsec_adapters.desk.forms import Form
from cvsec_adapters.desk.hosts import find_host
from cvsec_adapters.desk.people import region as region_at
from cvsec_adapters.desk.visitors import Visitor, checked, with_visitor
from cvsec_adapters.tokens.signed import new_nonce
from cvsec_core.aggregates import invitation, organisation
from cvsec_core.aggregates.invitation import (
    LONGEST_REMARK,
    InvitationClosedError,
    InvitationUnknownError,
    IssueInvitation,
    RedeemInvitation,
    WithdrawInvitation,
)
from cvsec_core.handling import Answer
from cvsec_core.ids import InvitationId, PersonId, VisitId
from cvsec_core.rules.visiting import MailNotConfiguredError
from cvsec_core.site import Site
from cvsec_core.values import invalid, require_party, require_text


def _new_invitation() -> InvitationId:
    return InvitationId(drawn())


@frozen
class Invite:
    """Whom a host asks to come, and when.

    Args:
        host: who invites: an id, or how a name begins.
        guest: who is invited; their ``email`` is asked for.
        start: when, with its zone, as is ``end``.
        visitors: how many come, the guest among them.
        invitation: the id that the invitation gets.
    """

    host: str
    guest: Visitor
    start: datetime
    end: datetime
    reason: str
    visitors: int = 1
    remarks: str = ""
    invitation: InvitationId = field(factory=_new_invitation)


@frozen
class Again:
    """What changes where an earlier invitation is repeated; None stays as it was. Without a
    ``start`` it is at the same time of day, as soon as that is to come; without an ``end`` it is
    as long.
    """

    start: datetime | None = None
    end: datetime | None = None
    reason: str | None = None
    visitors: int | None = None
    remarks: str | None = None
    invitation: InvitationId = field(factory=_new_invitation)


def issue(desk: Desk, wish: Invite, *, by: str, region: str | None = None) -> Answer:
    """Invite somebody, and have the letter written that tells them.

    Args:
        desk: where.
        wish: the invitation.
        by: who issues it.
        region: where a phone number without a country is dialled; None: where the site is.

    Raises:
        MailNotConfiguredError: no letter could be sent; nothing was stored.
        InvalidFieldError: a field is no good.
        InvalidFieldsError: several are not.
        HostUnknownError: nobody here is called so.
        HostAmbiguousError: several are.
    """
    _require_mail_server(desk.site)
    form = Form()
    guest = checked(form, wish.guest, region or region_at(desk.site))
    if wish.guest.email is None:
        form.check(_require_address)
    form.check(require_text, "reason", wish.reason)
    form.check(require_party, "visitors", wish.visitors)
    if wish.remarks:
        form.check(require_text, "remarks", wish.remarks, LONGEST_REMARK)
    form.close()
    host = find_host(desk.site, wish.host)
    at = desk.site.clock()

    def invitation_of(name: PersonId) -> IssueInvitation:
        return IssueInvitation(
            wish.invitation,
            host.id,
            name,
            new_nonce(),
            wish.start,
            wish.end,
            wish.reason,
            by,
            at,
            wish.visitors,
            wish.remarks,
        )

    return with_visitor(desk.site, guest, by, at, invitation_of)


def reissue(desk: Desk, earlier: InvitationId, wish: Again, *, by: str) -> Answer:
    """Invite the guest of an *earlier* invitation again, by the same host.

    Raises:
        MailNotConfiguredError: no letter could be sent; nothing was stored.
        InvitationUnknownError: there is no such invitation.
        PersonUnknownError: the host or the guest has been forgotten since.
        InvalidFieldError: a field is no good.
    """
    _require_mail_server(desk.site)
    had = _issued(desk.site, earlier)
    remarks = had.remarks or "" if wish.remarks is None else wish.remarks
    if remarks:
        require_text("remarks", remarks, LONGEST_REMARK)
    asked = IssueInvitation(
        wish.invitation,
        had.host,
        had.guest,
        new_nonce(),
        *_span(desk.site, had, wish),
        had.reason or "" if wish.reason is None else wish.reason,
        by,
        desk.site.clock(),
        had.visitors if wish.visitors is None else wish.visitors,
        remarks,
        earlier,
    )
    return desk.site.handle(asked, actor=by)


def _span(site: Site, had: invitation.InvitationIssued, wish: Again) -> tuple[datetime, datetime]:
    """From when until when, UTC, by the clock on the wall of the site: hours of the day stay the
    same where the clock is changed in between.
    """
    zone = site.zone()
    before, after = had.start.astimezone(zone), had.end.astimezone(zone)
    start = wish.start or _next(before.time(), site.clock(), zone)
    end = wish.end or start.astimezone(zone) + (after - before)
    return start, end.astimezone(UTC)


def _next(clock: time, now: datetime, zone: tzinfo) -> datetime:
    """When it is that time of day the next time, UTC."""
    today = now.astimezone(zone).date()
    days = (datetime.combine(today + timedelta(days=n), clock, zone) for n in range(2))
    moments = [moment.astimezone(UTC) for moment in days]
    return next(moment for moment in moments if moment > now)


def withdraw(site: Site, name: InvitationId, *, by: str) -> Answer:
    """Take an invitation back, and have the letter written that tells so.

    Raises:
        InvitationUnknownError: there is no such invitation.
        InvitationClosedError: it was redeemed, or has run out.
    """
    if _issued(site, name).end <= site.clock():
        raise InvitationClosedError(name)
    return site.handle(WithdrawInvitation(name, by, site.clock()), actor=by)


def redeem(desk: Desk, text: str, *, by: str, visit: VisitId | None = None) -> Answer:
    """Make a visit of an invitation, once.

    Args:
        desk: where.
        text: what was scanned: a stranger's text, of any kind.
        by: who scanned it.
        visit: the id that the visit gets; None: one is drawn.

    Raises:
        TokenTooLongError: the text is longer than any code; it was not looked into.
        TokenMalformedError: it is no code of an invitation.
        TokenForgedError: it was not written here.
        InvitationUnknownError: there is no such invitation any more.
    """
    token = desk.tokens.read(text)
    name = VisitId(drawn()) if visit is None else visit
    asked = RedeemInvitation(token.invitation, name, token.nonce, desk.site.clock())
    return desk.site.handle(asked, actor=by)


def token_of(desk: Desk, name: InvitationId) -> str:
    """What the invitation's letter carries, as long as it admits anybody.

    Raises:
        InvitationUnknownError: there is no such invitation.
        InvitationClosedError: it was redeemed or withdrawn, or has run out.
    """
    issued = _issued(desk.site, name)
    state: invitation.InvitationState = desk.site.state(invitation.stream(name))
    if not isinstance(state, invitation.Open) or issued.end <= desk.site.clock():
        raise InvitationClosedError(name)
    return desk.tokens.write(name, issued.nonce)


def _issued(site: Site, name: InvitationId) -> invitation.InvitationIssued:
    state: invitation.InvitationState = site.state(invitation.stream(name))
    if isinstance(state, invitation.Unissued):
        raise InvitationUnknownError(name)
    return state.issued


def _require_mail_server(site: Site) -> None:
    """Whoever cannot be told is not even enrolled."""
    state: organisation.OrganisationState = site.state(organisation.STREAM)
    if state.settings.mail is None:
        raise MailNotConfiguredError


def _require_address() -> None:
    invalid("email", None, "the guest's address", "la dirección del invitado")
