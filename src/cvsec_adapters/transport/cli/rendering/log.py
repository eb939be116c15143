"""One entry of the log on a terminal."""

from datetime import datetime

from rich.text import Text

from cvsec_adapters.transport.cli.rendering.screen import Screen
from cvsec_adapters.transport.cli.shapes import Shape


def entry(screen: Screen, shape: Shape) -> None:
    """Where it stands, when, what and by whom; below it its fields."""
    at = datetime.fromisoformat(shape["recorded_at"])
    by = f"{screen.say('by', 'por')} {shape['actor']}"
    head = f"{shape['position']:>6}  {screen.short(at)}"
    screen.line(
        Text.assemble(head, "  ", (shape["name"], "bold"), f"  {shape['id']}  ", (by, "dim"))
    )
    told = {name: value for name, value in shape["fields"].items() if value not in (None, [], "")}
    fields = "  ".join(f"{name}={_shown(value)}" for name, value in told.items())
    screen.line(Text(fields, style="dim", overflow="fold"), 8)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"  # pyright: ignore[reportUnknownArgumentType]  # JSON
    if isinstance(value, dict):
        return str(value.get("code", value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]  # JSON; a reason has a code
    return str(value)
