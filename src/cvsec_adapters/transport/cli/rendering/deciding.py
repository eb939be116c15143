"""A decision at a door, with all its reasons."""

from datetime import datetime

from rich.text import Text

from cvsec_adapters.transport.cli.rendering.screen import Screen
from cvsec_adapters.transport.cli.shapes import Shape


def decision(screen: Screen, shape: Shape) -> None:
    """Granted or denied, why, by which rule, and what would be allowed instead."""
    say = screen.say
    verdict = screen.word("granted" if shape["granted"] else "denied")
    verdict.stylize("bold")
    screen.line(Text.assemble(verdict, f"  {shape['door']}  {shape['person'] or ''}"))
    for reason in shape["reasons"]:
        screen.line(f"{reason['code']}: {reason['message']}", 2)
    for reason in shape["noted"]:
        noted = say("noted", "anotado")
        screen.line(f"{noted}: {reason['code']}: {reason['message']}", 2)
    for other in shape["alternatives"]:
        at = screen.moment(datetime.fromisoformat(other["at"]))
        screen.line(
            say(f"Instead: {other['door']}, {at}", f"En su lugar: {other['door']}, {at}"), 2
        )
    by = say("Rule", "Regla")
    screen.line(Text(f"{by}: {shape['rule']}, {shape['version']}", style="dim"), 2)
