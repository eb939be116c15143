"""One entry of the log on a terminal."""

from datetime import datetime

from rich.padding import Padding
from rich.text import Text

from cvsec_adapters.transport.cli.rendering.screen import Screen
from cvsec_adapters.transport.cli.shapes import Shape


def entry(screen: Screen, shape: Shape) -> None:
    """Where it stands, when, what and by whom; below it its fields."""
    at = datetime.fromisoformat(shape["recorded_at"])
    line = Text(f"{shape['position']:>6}  {screen.short(at)}  ")
    line.append(shape["name"], style="bold")
    line.append(f"  {shape['id']}", style="cyan")
    line.append(f"  {screen.say('by', 'por')} {shape['actor']}", style="dim")
    screen.console.print(line, overflow="fold")
    told = {name: value for name, value in shape["fields"].items() if value not in (None, [], "")}
    fields = Text("  ".join(f"{name}={_shown(value)}" for name, value in told.items()), style="dim")
    screen.console.print(Padding(fields, (0, 0, 0, 8), expand=False), overflow="fold")


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"  # pyright: ignore[reportUnknownArgumentType]  # JSON
    if isinstance(value, dict):
        return str(value.get("code", value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]  # JSON; a reason has a code
    return str(value)
