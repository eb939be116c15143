"""Access levels, each drawn from its row."""

from collections.abc import Sequence

from cvsec_adapters.transport.cli.rendering.screen import Heading, Screen
from cvsec_core.projections.directory import LevelRow


def levels(screen: Screen, rows: Sequence[LevelRow]) -> None:
    """Each level: its doors, its hours, and when it opens nothing."""
    screen.heading(screen.say("Access levels", "Niveles de acceso"))
    if not rows:
        screen.line(screen.say("No access levels.", "No hay niveles de acceso."))
        return
    headings = [
        Heading("Level", "Nivel"),
        Heading("Doors", "Puertas"),
        Heading("Hours", "Horario"),
        Heading("Closed on", "Cerrado el"),
    ]
    cells = [
        (row.id, "\n".join(row.doors), "\n".join(row.hours), "\n".join(row.holidays) or "-")
        for row in rows
    ]
    screen.table(headings, cells)
