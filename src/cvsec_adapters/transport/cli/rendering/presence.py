"""Who is on site, and what people are told of passages."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from cvsec_adapters.transport.cli.rendering.screen import Heading, Screen
from cvsec_adapters.transport.cli.shapes import Shape


def muster(screen: Screen, people: Sequence[Shape]) -> None:
    """Who is on site, since when and by which door, and how that is known."""
    heads = sum(shape["party"] for shape in people)
    screen.heading(screen.say("On site", "En el recinto"), str(heads))
    if not people:
        screen.line(screen.say("Nobody.", "Nadie."))
        return
    headings = [
        Heading("Person", "Persona"),
        Heading("Kind", "Clase"),
        Heading("Since", "Desde"),
        Heading("Door", "Puerta"),
        Heading("Known", "Se sabe"),
    ]
    screen.table(headings, [_present_cells(screen, shape) for shape in people])
    counted = Counter[str]()
    for shape in people:
        counted[shape["provenance"]] += shape["party"]
    sums = (f"{number} {screen.word(how)}" for how, number in sorted(counted.items()))
    screen.line(", ".join(sums))


def _present_cells(screen: Screen, shape: Shape) -> tuple[str | Text, ...]:
    kind = (
        screen.word(shape["kind"]) if shape["kind"] else screen.say("not enrolled", "sin inscribir")
    )
    return (
        _who(shape, "id") + (f" +{shape['party'] - 1}" if shape["party"] > 1 else ""),
        kind,
        screen.moment(datetime.fromisoformat(shape["since"])),
        shape["door"] or "-",
        screen.word(shape["provenance"]),
    )


def notifications(screen: Screen, messages: Sequence[Shape]) -> None:
    """Messages, the newest first."""
    screen.heading(screen.say("Notifications", "Avisos"))
    if not messages:
        screen.line(screen.say("No messages.", "No hay avisos."))
        return
    headings = [
        Heading("When", "Cuándo"),
        Heading("Who", "Quién"),
        Heading("What", "Qué"),
        Heading("Door", "Puerta"),
        Heading("Way", "Sentido"),
    ]
    screen.table(headings, [_message_cells(screen, shape) for shape in messages])


def _message_cells(screen: Screen, shape: Shape) -> tuple[str | Text, ...]:
    what = shape["event"] + (screen.say(" (late)", " (tardío)") if shape["late"] else "")
    return (
        screen.moment(datetime.fromisoformat(shape["occurred_at"])),
        _who(shape, "about"),
        what,
        shape["door"] or "-",
        screen.word(shape["direction"] or "-"),
    )


def _who(shape: Shape, key: str) -> str:
    told = (shape[key], shape["name"], shape["department"])
    return "\n".join(part for part in told if part) or "-"
