"""What an organisation decides for itself: its mail server, its policy, what it shows of people."""

from collections.abc import Sequence
from pathlib import Path

from cvsec_adapters.contacts import email_address
from cvsec_core.aggregates import organisation
from cvsec_core.aggregates.organisation import (
    ConfigureMail,
    MailSecurity,
    PublishPolicy,
    SetDisplayOfPersonalData,
    Settings,
    SetVisitReasons,
    Shown,
)
from cvsec_core.errors import InvalidFieldError
from cvsec_core.handling import Answer
from cvsec_core.site import Site


def configure_mail(
    site: Site,
    host: str,
    port: int,
    sender: str,
    *,
    by: str,
    user: str | None = None,
    password_file: Path | None = None,
    security: MailSecurity = "starttls",
) -> Answer:
    """Say through which server letters leave, and from which address.

    Args:
        site: where.
        host: the server's name.
        port: the server's port.
        sender: the address that letters come from.
        by: who says so.
        user: who signs in there; None: nobody.
        password_file: what their password is read from whenever a letter leaves.
        security: whether the connection is encrypted; with a user it has to be.

    Raises:
        InvalidFieldError: a field is no good, or they contradict each other.
    """
    file = None if password_file is None else str(password_file.absolute())
    asked = ConfigureMail(host, port, _sender(sender), by, site.clock(), user, file, security)
    return site.handle(asked, actor=by)


def _sender(text: str) -> str:
    try:
        return email_address(text)
    except InvalidFieldError as error:
        raise InvalidFieldError("from", error.got, error.expected) from None


def publish_policy(site: Site, *, by: str) -> Answer:
    """Publish the next version of the privacy policy, which everybody accepts anew."""
    version = settings(site).policy + 1
    return site.handle(PublishPolicy(version, by, site.clock()), actor=by)


def display(site: Site, shown: Sequence[Shown], *, by: str) -> Answer:
    """Say what boards, records and notifications show of people beyond their id.

    Raises:
        InvalidFieldError: there is no such thing to show.
    """
    asked = SetDisplayOfPersonalData(tuple(dict.fromkeys(shown)), by, site.clock())
    return site.handle(asked, actor=by)


def offer_reasons(site: Site, reasons: Sequence[str], *, by: str) -> Answer:
    """Say which reasons of a visit are offered at the desk.

    Raises:
        InvalidFieldError: one is no line of text.
    """
    asked = SetVisitReasons(tuple(dict.fromkeys(reasons)), by, site.clock())
    return site.handle(asked, actor=by)


def settings(site: Site) -> Settings:
    """What the organisation has decided."""
    state: organisation.OrganisationState = site.state(organisation.STREAM)
    return state.settings
