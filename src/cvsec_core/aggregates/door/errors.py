"""Why a request to a door is refused, and what a command about one may not be."""

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Words
from cvsec_core.ids import GroupId


@frozen
class DoorUnderLockdown(Reason):
    """A door under lockdown takes no command but its release."""

    door: str
    groups: tuple[GroupId, ...]

    code = "under-lockdown"
    says = Words(
        "Door {door} is under lockdown ({groups}).", "La puerta {door} está bloqueada ({groups})."
    )
    advises = Words(
        "Cancel the lockdown of {groups} first.", "Levante antes el bloqueo de {groups}."
    )


@frozen
class DoorReleased(Reason):
    """A door that life safety has opened stays open until the release ends."""

    door: str

    code = "released-for-life-safety"
    says = Words(
        "Door {door} is open for life safety.",
        "La puerta {door} está abierta por seguridad de las personas.",
    )
    advises = Words(
        "End the life-safety release first.", "Termine antes la apertura de emergencia."
    )


@frozen
class EgressProtected(Reason):
    """Nothing takes the exit away from a door on an egress path."""

    door: str
    mode: str

    code = "egress-protected"
    says = Words(
        "Door {door} is a way out; {mode} could keep people in.",
        "La puerta {door} es una salida; {mode} podría retener a las personas.",
    )
    advises = Words("Lock it instead.", "Ciérrela con llave en su lugar.")


@frozen
class DoorBlocked(Reason):
    """A blocked door gives no momentary access."""

    door: str

    code = "door-blocked"
    says = Words("Door {door} is blocked.", "La puerta {door} está inhabilitada.")
    advises = Words("Set it to Locked first.", "Ciérrela antes con cerrojo.")


@define
class DoorUnknownError(CommandError):
    """No such door is registered."""

    door: str

    code = "door-unknown"
    says = Words("No door {door} is registered.", "La puerta {door} no está registrada.")
    advises = Words("See the doors with `doors list`.", "Vea las puertas con `doors list`.")
