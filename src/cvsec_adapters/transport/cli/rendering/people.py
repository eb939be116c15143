"""People and what they may do, each drawn from the rows that its query answers."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from cvsec_adapters.transport.cli.rendering.credentials import credentials
from cvsec_adapters.transport.cli.rendering.screen import Heading, Screen
from cvsec_core.ids import PersonId
from cvsec_core.projections.directory import CredentialRow, PersonRow


def people(
    screen: Screen, rows: Sequence[PersonRow], cards: Mapping[PersonId, Sequence[str]]
) -> None:
    """People by number."""
    screen.heading(screen.say("People", "Personas"))
    if not rows:
        screen.line(screen.say("Nobody.", "Nadie."))
        return
    headings = [
        Heading("Id", "Id"),
        Heading("Name", "Nombre"),
        Heading("Department", "Departamento"),
        Heading("Cards", "Tarjetas"),
        Heading("State", "Estado"),
    ]
    screen.table(headings, [_person_cells(screen, row, cards[row.id]) for row in rows])


def _person_cells(screen: Screen, row: PersonRow, cards: Sequence[str]) -> tuple[str | Text, ...]:
    return (
        row.number or "-",
        name_of(row),
        row.department or "-",
        ", ".join(cards) or "-",
        _state(screen, row),
    )


def name_of(row: PersonRow) -> str:
    """First and last name."""
    return f"{row.first_name} {row.last_name}".strip()


def _state(screen: Screen, row: PersonRow) -> Text:
    states = [screen.word(row.kind)]
    if row.minor:
        states.append(Text(screen.say("minor", "menor")))
    if row.app_login:
        states.append(Text("app"))
    if row.blocked:
        states.append(Text(screen.say("BLOCKED", "BLOQUEADA"), "bold red"))
    return Text(", ").join(states)


def person(
    screen: Screen,
    row: PersonRow,
    issued: Sequence[CredentialRow],
    guardians: Sequence[str],
    wards: Sequence[str],
) -> None:
    """One person in full: what is known of them, and what they may do."""
    say = screen.say
    screen.heading(name_of(row), row.number or "")
    screen.facts(
        [
            (say("Kind", "Clase"), _state(screen, row)),
            (say("Enrolled", "Inscripción"), screen.moment(row.enrolled_at)),
            (say("Email", "Correo"), row.email or "-"),
            (say("Phone", "Teléfono"), row.phone or "-"),
            (say("Department", "Departamento"), row.department or "-"),
            (say("Access levels", "Niveles de acceso"), ", ".join(row.levels) or "-"),
            (say("App login", "Acceso a la app"), screen.yes(really=row.app_login)),
            (say("Notifications", "Avisos"), screen.yes(really=row.notifications)),
            (say("Guardians", "Tutores"), ", ".join(guardians) or "-"),
            (say("Guards", "Tutela a"), ", ".join(wards) or "-"),
        ]
    )
    if issued:
        credentials(screen, issued)
