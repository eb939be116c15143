"""`cvsec people`: who signs in to the app, who guards whom, and what both are told."""

from typing import IO

import click

from cvsec_adapters.desk import people as desk
from cvsec_adapters.transport.cli.options import everywhere
from cvsec_adapters.transport.cli.people_acting import about, one
from cvsec_adapters.transport.cli.reading import secret_in
from cvsec_adapters.transport.cli.session import Session
from cvsec_adapters.transport.cli.suggesting import person_numbers
from cvsec_core.aggregates.person import Purpose
from cvsec_core.errors import Words
from cvsec_core.handling import Answer
from cvsec_core.site import Site


@click.command("enable-login")
@one
@everywhere
@click.pass_obj
def enable_login(session: Session, number: str, *, as_json: bool) -> None:
    """Let somebody sign in to the app; a minor needs a guardian's consent."""

    def deed(site: Site) -> Answer:
        return desk.switch_login(site, number, on=True, by=session.actor)

    about(session, number, deed, LOGIN_ENABLED, as_json=as_json)


@click.command("disable-login")
@one
@everywhere
@click.pass_obj
def disable_login(session: Session, number: str, *, as_json: bool) -> None:
    """Let somebody sign in to the app no longer."""

    def deed(site: Site) -> Answer:
        return desk.switch_login(site, number, on=False, by=session.actor)

    about(session, number, deed, LOGIN_DISABLED, as_json=as_json)


@click.command
@one
@click.option(
    "--password-file",
    "file",
    type=click.File("rb"),
    required=True,
    help="The file that the password stands in; - is the standard input.",
)
@click.option(
    "--old-password-file",
    "old_file",
    type=click.File("rb"),
    help="The file that the old one stands in, where they change it themselves.",
)
@everywhere
@click.pass_obj
def password(
    session: Session, number: str, file: IO[bytes], old_file: IO[bytes] | None, *, as_json: bool
) -> None:
    """Set the password that somebody signs in to the app with."""
    from cvsec_adapters.desk.login import change_password, set_password
    from cvsec_adapters.wiring import desk_of

    word = secret_in(file, "password_file")
    old = None if old_file is None else secret_in(old_file, "old_password_file")

    def deed(site: Site) -> Answer:
        if old is None:
            return set_password(desk_of(site), number, word, by=session.actor)
        return change_password(desk_of(site), number, old, word)

    about(session, number, deed, PASSWORD_SET, as_json=as_json)


@click.command("accept-policy")
@one
@everywhere
@click.pass_obj
def accept_policy(session: Session, number: str, *, as_json: bool) -> None:
    """Record that somebody accepts the privacy policy that was published last."""

    def deed(site: Site) -> Answer:
        return desk.accept_policy(site, number, by=session.actor)

    about(session, number, deed, POLICY_ACCEPTED, as_json=as_json)


@click.command
@click.argument("child", shell_complete=person_numbers)
@click.argument("guardian", shell_complete=person_numbers)
@click.option("--consent", required=True, metavar="REF", help="Where the signed consent is kept.")
@everywhere
@click.pass_obj
def guardian(session: Session, *, child: str, guardian: str, consent: str, as_json: bool) -> None:
    """Link a minor to a guardian who consents to an account and to being told of passages."""

    def deed(site: Site) -> Answer:
        return desk.link_guardian(site, child, guardian, consent, by=session.actor)

    about(session, child, deed, LINKED, as_json=as_json)


@click.command("withdraw-consent")
@click.argument("child", shell_complete=person_numbers)
@click.argument("guardian", shell_complete=person_numbers)
@click.option(
    "--purpose", type=click.Choice(["account", "guardian-feed"]), help="[default: all of them]"
)
@everywhere
@click.pass_obj
def withdraw_consent(
    session: Session, *, child: str, guardian: str, purpose: Purpose | None, as_json: bool
) -> None:
    """Take back what a guardian consented to; with the last consent to it an account ends."""

    def deed(site: Site) -> Answer:
        return desk.withdraw_consent(site, child, guardian, by=session.actor, purpose=purpose)

    about(session, child, deed, CONSENT_WITHDRAWN, as_json=as_json)


@click.command
@one
@click.argument("switch", type=click.Choice(["on", "off"]))
@everywhere
@click.pass_obj
def notify(session: Session, number: str, switch: str, *, as_json: bool) -> None:
    """Tell somebody of passages, or do not."""
    on = switch == "on"

    def deed(site: Site) -> Answer:
        return desk.switch_notifications(site, number, on=on, by=session.actor)

    about(session, number, deed, NOTIFIED if on else NOT_NOTIFIED, as_json=as_json)


COMMANDS = (
    enable_login,
    disable_login,
    password,
    accept_policy,
    guardian,
    withdraw_consent,
    notify,
)

LOGIN_ENABLED = Words("They may sign in to the app now.", "Ya puede entrar en la app.")
LOGIN_DISABLED = Words("They cannot sign in to the app any more.", "Ya no puede entrar en la app.")
PASSWORD_SET = Words("The password is set.", "La contraseña está puesta.")
POLICY_ACCEPTED = Words("Accepted.", "Aceptada.")
LINKED = Words("Linked, and the consent recorded.", "Vinculado, y el consentimiento registrado.")
CONSENT_WITHDRAWN = Words("The consent is withdrawn.", "El consentimiento está retirado.")
NOTIFIED = Words("They are told of passages.", "Se le avisa de los pasos.")
NOT_NOTIFIED = Words("They are told of nothing any more.", "Ya no se le avisa de nada.")
