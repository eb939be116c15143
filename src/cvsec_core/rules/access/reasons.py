"""Why somebody may not pass: ONVIF's denial reasons, told apart further."""

from attrs import frozen

from cvsec_core.errors import Reason, Words
from cvsec_core.ids import LevelId


@frozen
class UnknownPerson(Reason):
    """Who is not enrolled passes no door."""

    code = "unknown-person"
    says = Words(
        "Nobody is enrolled with this credential.", "Nadie está inscrito con esta credencial."
    )
    advises = Words("Go to reception.", "Diríjase a recepción.")


@frozen
class PersonBlocked(Reason):
    """Who is blocklisted passes no door."""

    code = "person-blocked"
    says = Words("This person is on the blocklist.", "Esta persona está en la lista de bloqueo.")
    advises = Words("Call security.", "Avise a seguridad.")


@frozen
class UnknownCredential(Reason):
    """Only a credential that was issued counts."""

    code = "unknown-credential"
    says = Words("This credential was never issued.", "Esta credencial nunca se emitió.")
    advises = Words("Go to reception.", "Diríjase a recepción.")


@frozen
class CredentialOfSomebodyElse(Reason):
    """A credential shows who somebody is, and nobody else."""

    code = "credential-of-somebody-else"
    says = Words("This credential is somebody else's.", "Esta credencial es de otra persona.")
    advises = Words("Show your own.", "Muestre la suya.")


@frozen
class CredentialNotActive(Reason):
    """A credential does not count before its time."""

    valid_from: str

    code = "credential-not-active"
    says = Words(
        "The credential is valid from {valid_from}.", "La credencial es válida desde {valid_from}."
    )
    advises = Words("Come back then.", "Vuelva entonces.")


@frozen
class CredentialExpired(Reason):
    """A credential does not count after its time."""

    valid_until: str

    code = "credential-expired"
    says = Words(
        "The credential expired at {valid_until}.", "La credencial caducó el {valid_until}."
    )
    advises = Words("Ask for a new one.", "Solicite una nueva.")


@frozen
class NoAccessLevel(Reason):
    """A door is passed by an access level that names it."""

    door: str

    code = "no-access-level"
    says = Words(
        "No access level of theirs opens {door}.", "Ningún nivel de acceso suyo abre {door}."
    )
    advises = Words("Grant a level with that door.", "Conceda un nivel con esa puerta.")


@frozen
class NotPermittedAtThisTime(Reason):
    """A level counts within its hours."""

    levels: tuple[LevelId, ...]

    code = "not-permitted-at-this-time"
    says = Words("It is outside the hours of {levels}.", "Está fuera del horario de {levels}.")
    advises = Words("Come back within the hours.", "Vuelva dentro del horario.")


@frozen
class NotExpected(Reason):
    """A visitor passes while a visit of theirs lasts."""

    code = "not-expected"
    says = Words(
        "No visit of theirs is planned for now.", "No tiene ninguna visita prevista a esta hora."
    )
    advises = Words("Go to reception, or ask the host.", "Acuda a recepción o avise al anfitrión.")


@frozen
class PassbackViolated(Reason):
    """Nobody enters twice without leaving in between."""

    zone: str

    code = "anti-passback"
    says = Words("They are inside {zone} already.", "Ya consta dentro de {zone}.")
    advises = Words("Leave by a reader first, or reset them.", "Salga por un lector o restablezca.")
