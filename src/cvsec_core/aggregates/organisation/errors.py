"""The rules that a refused command would have broken."""

from attrs import define

from cvsec_core.errors import CommandError, Words


@define
class OrganisationFoundedError(CommandError):
    """A site has one organisation, founded once."""

    name: str

    code = "organisation-founded"
    says = Words("This site belongs to {name} already.", "Este sitio ya pertenece a {name}.")
    advises = Words(
        "Use another database for another site.", "Use otra base de datos para otro sitio."
    )
