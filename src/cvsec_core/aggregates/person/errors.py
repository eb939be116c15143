"""Why a request about a person is refused, and what a command about one may not be."""

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Words


@frozen
class ConsentMissing(Reason):
    """No minor has an account or a feed without a guardian's recorded consent."""

    purpose: str

    code = "consent-missing"
    says = Words(
        "This is a minor, and no guardian's consent is recorded ({purpose}).",
        "Es menor de edad y no consta el consentimiento de un tutor ({purpose}).",
    )
    advises = Words(
        "Link a guardian with their consent first.",
        "Vincule antes a un tutor con su consentimiento.",
    )


@define
class PersonUnknownError(CommandError):
    """No such person is enrolled."""

    person: str

    code = "person-unknown"
    says = Words("Nobody with that id is enrolled.", "No hay nadie inscrito con ese id.")
    advises = Words(
        "Enroll them with `people enroll`, or see `people list`.",
        "Inscríbalo con `people enroll` o vea `people list`.",
    )


@define
class PersonEnrolledError(CommandError):
    """An id belongs to one person."""

    person: str

    code = "person-enrolled"
    says = Words(
        "Somebody else is enrolled with that id.", "Ya hay otra persona inscrita con ese id."
    )
    advises = Words(
        "Correct them with `people correct`, or take another id.",
        "Corríjala con `people correct` o use otro id.",
    )


@define
class PersonForgottenError(CommandError):
    """What was forgotten stays forgotten."""

    person: str

    code = "person-forgotten"
    says = Words("This person has been forgotten.", "Esta persona ha sido olvidada.")
    advises = Words("Enroll them under a new id.", "Inscríbala con un id nuevo.")
