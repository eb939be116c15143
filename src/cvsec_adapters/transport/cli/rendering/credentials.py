"""Credentials, each drawn from its row."""

from collections.abc import Sequence

from rich.text import Text

from cvsec_adapters.transport.cli.people_shapes import credential_id
from cvsec_adapters.transport.cli.rendering.screen import Heading, Screen
from cvsec_core.projections.directory import CredentialRow


def credentials(screen: Screen, rows: Sequence[CredentialRow]) -> None:
    """Credentials and whether they count."""
    screen.heading(screen.say("Credentials", "Credenciales"))
    if not rows:
        screen.line(screen.say("None was issued.", "No se ha emitido ninguna."))
        return
    headings = [
        Heading("Id", "Id"),
        Heading("Kind", "Clase"),
        Heading("State", "Estado"),
        Heading("Valid from", "Válida desde"),
        Heading("Valid until", "Válida hasta"),
    ]
    screen.table(headings, [_cells(screen, row) for row in rows])


def _cells(screen: Screen, row: CredentialRow) -> tuple[str | Text, ...]:
    state = screen.word(row.state)
    if row.state == "suspended":
        state = Text.assemble(state, f" ({row.reason})")
    start = screen.moment(row.valid_from or row.issued_at)
    return (credential_id(row), screen.word(row.kind), state, start, screen.moment(row.valid_until))
