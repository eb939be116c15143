"""Signing in to the app: with the number and a password that is the same everywhere.

A hash takes its time on purpose; it is made before a command is handled, so that no commit waits.
"""

from attrs import define, frozen

from cvsec_adapters.desk.desk import Desk
from cvsec_adapters.desk.people import enrolled
from cvsec_adapters.desk.settings import settings
from cvsec_core.aggregates import person
from cvsec_core.aggregates.person import AcceptPolicy, PersonKind, PersonUnknownError, SetPassword
from cvsec_core.errors import CommandError, Words
from cvsec_core.handling import SYSTEM, Answer
from cvsec_core.ids import PersonId


@define
class LoginFailedError(CommandError):
    """Who does not know the password is not told whether there is such a number."""

    code = "login-failed"
    says = Words("The id or the password is wrong.", "El id o la contraseña no son correctos.")
    advises = Words(
        "Try again, or have an administrator set the password.",
        "Inténtelo de nuevo o pida a un administrador que ponga la contraseña.",
    )


@define
class AppLoginDisabledError(CommandError):
    """Nobody signs in until an administrator lets them; told only to who knows the password."""

    code = "app-login-disabled"
    says = Words("App login is not enabled.", "El acceso a la app no está habilitado.")
    advises = Words(
        "Ask an administrator to enable it.", "Pida a un administrador que lo habilite."
    )


@define
class PolicyNotAcceptedError(CommandError):
    """The privacy policy is accepted before anything else."""

    version: int

    code = "policy-not-accepted"
    says = Words(
        "Version {version} of the privacy policy has not been accepted.",
        "No se ha aceptado la versión {version} de la política de privacidad.",
    )
    advises = Words(
        "Read it and accept it, then sign in again.", "Léala y acéptela; después, entre de nuevo."
    )


@frozen
class SignedIn:
    """Who signed in."""

    person: PersonId
    number: str
    kind: PersonKind


def login(desk: Desk, number: str, password: str) -> SignedIn:
    """Who signs in with this number and password. It takes as long where there is nobody.

    Raises:
        LoginFailedError: the number or the password is wrong, or none was set.
        AppLoginDisabledError: they are right, and the login is not enabled.
        PolicyNotAcceptedError: it is, and they have not accepted the current privacy policy.
    """
    name, known = _recognised(desk, number, password)
    latest = settings(desk.site).policy
    if known.policy < latest:
        raise PolicyNotAcceptedError(latest)
    if known.password and desk.passwords.needs_rehash(known.password):
        _set(desk, name, password, SYSTEM)
    return SignedIn(name, number, known.kind)


def accept_policy(desk: Desk, number: str, password: str, version: int) -> Answer:
    """Accept this version of the privacy policy, as the person does who has read it.

    Raises:
        LoginFailedError: the number or the password is wrong, or none was set.
        AppLoginDisabledError: they are right, and the login is not enabled.
        InvalidFieldError: there is no such version.
    """
    name, _ = _recognised(desk, number, password)
    return desk.site.handle(AcceptPolicy(name, version, desk.site.clock()), actor=name)


def set_password(desk: Desk, number: str, password: str, *, by: str) -> Answer:
    """Set the password of the person with this number, as an administrator does.

    Raises:
        PersonUnknownError: nobody has it.
        InvalidFieldError: the password is too short or too long.
    """
    name, _ = enrolled(desk.site, number)
    return _set(desk, name, password, by)


def change_password(desk: Desk, number: str, old: str, new: str) -> Answer:
    """Set a new password, as the person does who knows the old one.

    Raises:
        LoginFailedError: the number or the old password is wrong.
        AppLoginDisabledError: they are right, and the login is not enabled.
        PolicyNotAcceptedError: it is, and they have not accepted the current privacy policy.
        InvalidFieldError: the new password is too short or too long.
    """
    who = login(desk, number, old)
    return _set(desk, who.person, new, who.person)  # a number would outlive who is forgotten


def _set(desk: Desk, name: PersonId, password: str, by: str) -> Answer:
    digest = desk.passwords.hash(password)
    return desk.site.handle(SetPassword(name, digest, by, desk.site.clock()), actor=by)


def _recognised(desk: Desk, number: str, password: str) -> tuple[PersonId, person.Enrolled]:
    """Who knows the password and may sign in."""
    name, known = _known(desk, number)
    kept = known.password if known else None
    if not desk.passwords.verify(kept, password) or name is None or known is None:
        raise LoginFailedError
    if not known.app_login:
        raise AppLoginDisabledError
    return name, known


def _known(desk: Desk, number: str) -> tuple[PersonId, person.Enrolled] | tuple[None, None]:
    try:
        return enrolled(desk.site, number)
    except PersonUnknownError:
        return None, None
