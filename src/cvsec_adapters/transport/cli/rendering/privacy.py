"""What was forgotten and what is remembered, for people to read."""

from collections.abc import Sequence

from cvsec_adapters.desk.forgetting import Proof
from cvsec_adapters.desk.retention import Retention
from cvsec_adapters.transport.cli.rendering.screen import Heading, Screen
from cvsec_core.projections.directory import ForgottenRow


def proof(screen: Screen, proof: Proof) -> None:
    """What was destroyed, what is left (nothing), and what still counts."""
    say, left, kept = screen.say, proof.left, proof.kept
    screen.heading(
        say("Proof of forgetting", "Prueba de olvido"),
        say(f"position {proof.position} of the log", f"posición {proof.position} del registro"),
    )
    screen.facts(
        [
            (say("When", "Cuándo"), screen.moment(proof.at)),
            (say("By", "Por"), proof.by),
            (say("Keys destroyed", "Claves destruidas"), str(proof.keys - left.keys)),
            (say("Keys left", "Claves restantes"), str(left.keys)),
            (say("Names left", "Nombres restantes"), str(left.names)),
            (say("Pictures left", "Imágenes restantes"), str(left.pictures)),
            (say("Rows left", "Filas restantes"), str(left.rows)),
            (say("Forgotten", "Olvidada"), screen.yes(really=left.is_nothing)),
        ]
    )
    screen.heading(say("What still counts, and tells nothing", "Lo que aún cuenta, sin decir nada"))
    screen.facts(
        [
            (say("Events", "Eventos"), str(kept.events)),
            (say("Visits", "Visitas"), str(kept.visits)),
            (say("Invitations", "Invitaciones"), str(kept.invitations)),
            (say("Passages", "Pasos"), str(kept.passages)),
        ]
    )


def forgotten(screen: Screen, rows: Sequence[ForgottenRow]) -> None:
    """Those who were forgotten, the last first."""
    screen.heading(screen.say("Forgotten", "Olvidadas"))
    if not rows:
        screen.line(screen.say("Nobody.", "Nadie."))
        return
    headings = [
        Heading("Position", "Posición", is_number=True),
        Heading("When", "Cuándo"),
        Heading("By", "Por"),
    ]
    screen.table(
        headings, [(str(row.position), screen.moment(row.forgotten_at), row.by) for row in rows]
    )


def retention(screen: Screen, retention: Retention, forgotten: int) -> None:
    """How long visitors are remembered."""
    say, days = screen.say, retention.days
    never = say("not by themselves", "no por sí solos")
    after = "" if days is None else say(f"after {days} days", f"a los {days} días")
    screen.heading(say("Retention", "Conservación"))
    screen.facts(
        [
            (say("Visitors are forgotten", "Los visitantes se olvidan"), after or never),
            (say("Forgotten now", "Olvidados ahora"), str(forgotten)),
            (say("Still due", "Pendientes"), str(retention.due)),
            (
                say("Kept for their block", "Conservados por bloqueo"),
                ", ".join(retention.kept) or "-",
            ),
        ]
    )
