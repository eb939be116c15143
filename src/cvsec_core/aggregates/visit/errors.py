"""The rules that a refused command would have broken."""

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Words


@frozen
class NotCheckedIn(Reason):
    """Nobody is checked out before they are checked in."""

    code = "not-checked-in"
    says = Words("This visitor is not checked in.", "Este visitante no ha registrado su entrada.")
    advises = Words("Check them in first.", "Registre antes su entrada.")


@frozen
class VisitOver(Reason):
    """A visit that has ended does not begin again."""

    code = "visit-over"
    says = Words("This visit is over.", "Esta visita ha terminado.")
    advises = Words("Register a new visit.", "Registre una visita nueva.")


@frozen
class VisitEarly(Reason):
    """Nobody is checked in more than half a day before their visit begins."""

    code = "visit-early"
    says = Words(
        "It is too early for this visit: a visitor is let in from 12 hours before it begins.",
        "Es pronto para esta visita: se admite al visitante desde 12 horas antes del inicio.",
    )
    advises = Words(
        "See in `visits list` when it begins, or register a visit for now.",
        "Vea en `visits list` cuándo empieza, o registre una visita para ahora.",
    )


@define
class VisitUnknownError(CommandError):
    """No such visit is registered."""

    visit: str

    code = "visit-unknown"
    says = Words("There is no visit {visit}.", "No existe la visita {visit}.")
    advises = Words("See `visits list`.", "Vea `visits list`.")


@define
class VisitTakenError(CommandError):
    """A visit is registered once."""

    visit: str

    code = "visit-taken"
    says = Words(
        "The visit {visit} is registered already.", "La visita {visit} ya está registrada."
    )
    advises = Words("Register it under another id.", "Regístrela con otro id.")


@define
class VisitClosedError(CommandError):
    """Only a visit that is still expected is cancelled."""

    visit: str

    code = "visit-closed"
    says = Words(
        "The visit {visit} is no longer expected.", "La visita {visit} ya no está prevista."
    )
    advises = Words("See `visits list`.", "Vea `visits list`.")
