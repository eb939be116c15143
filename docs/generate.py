"""Writes the reference pages that follow from the code: `python -m docs.generate [--check]`.

With --check nothing is written; the exit code is 1 where a page is out of date, and it is named.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType, UnionType
from typing import Any, Literal, NewType, Union, cast, get_args, get_origin, get_type_hints

import attrs
import click

import cvsec_adapters
import cvsec_core
from cvsec_adapters.storage.codec import stored_name
from cvsec_adapters.storage.errors import TROUBLES
from cvsec_adapters.transport.cli import cli
from cvsec_core import vocabulary
from cvsec_core.catalogue import AGGREGATES
from cvsec_core.errors import CommandError, Reason, Told
from cvsec_core.handling import Aggregate

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/generate.py; change the code instead. -->"

Lines = Iterator[str]


# Commands and events.
def commands() -> Lines:
    """The page of commands."""
    yield from head("Commands", "What a site can be asked for and told, by what it is about.")
    yield "Fields without a default must be given. How a command is answered stands in"
    yield "[](../explanation/refusals.md)."
    for aggregate in AGGREGATES:
        yield from section(aggregate)
        for command in aggregate.commands:
            yield from record(command)
            yield ""
            yield f"*{sender(command)}*"
            yield from field_table(command)


def events() -> Lines:
    """The page of events."""
    yield from head("Events", "What can stand in the log, under which name, in which shape.")
    yield "The stored name ends in the number of the shape."
    yield "A field marked *personal* tells something about a person."
    for aggregate in AGGREGATES:
        yield from section(aggregate)
        for event in aggregate.events:
            name, _, number = stored_name(event).rpartition(".")
            yield from record(event)
            yield ""
            yield f"Stored as `{name}`, shape {number}."
            yield from field_table(event)


def section(aggregate: Aggregate) -> Lines:
    """The heading of one aggregate and what it is."""
    first, _, _ = (module_of(aggregate).__doc__ or "").partition("\n")
    yield ""
    yield f"## {aggregate.kind.capitalize()}"
    yield ""
    yield first


def module_of(aggregate: Aggregate) -> ModuleType:
    """The module or package under ``aggregates`` that the aggregate is."""
    path = aggregate.decide.__module__.split(".")
    return import_module(".".join(path[: path.index("aggregates") + 2]))


def record(kind: type) -> Lines:
    """The heading of a record and its docstring, where it has one of its own."""
    yield ""
    yield f"### {kind.__name__}"
    text = own_doc(kind)
    if text:
        yield ""
        yield text


def own_doc(kind: type) -> str:
    """The docstring of a class; what attrs or a base class put there does not count."""
    return cleandoc(vars(kind).get("__doc__") or "").replace("``", "`")


def sender(command: type) -> str:
    """Who sends such a command."""
    if command.__name__.startswith(("Report", "Record")):
        return "Reported by a device's driver."
    if "by" in attrs.fields_dict(command):
        return "Asked by a person."
    return "Follows from an event, or from the time."


def field_table(kind: type) -> Lines:
    """A row for each field of a record."""
    hints = get_type_hints(kind)
    rows = [(f"`{f.name}`", shown_type(hints[f.name]), remark(f)) for f in attrs.fields(kind)]
    yield from table(("field", "type", ""), rows)


def remark(field: "attrs.Attribute[Any]") -> str:
    """What is special about a field: its default, and that it is personal."""
    marked = ["personal"] if field.metadata.get("personal") else []
    given = [] if field.default is attrs.NOTHING else [f"default: {shown_value(field.default)}"]
    return ", ".join(marked + given)


def shown_value(value: object) -> str:
    """A default as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, cast("tuple[object, ...]", value))) or "none"
    return "none" if value is None else str(value) or "empty"


def shown_type(hint: Any) -> str:  # noqa: ANN401  # any annotation
    """A type as people read it.

    >>> shown_type(tuple[str, ...] | None)
    'list of text, or none'
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        some = [shown_type(kind) for kind in inner if kind is not type(None)]
        return " or ".join(some) + (", or none" if type(None) in inner else "")
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in inner)
    if origin in (tuple, frozenset):
        several = inner[-1] is Ellipsis or origin is frozenset
        return f"list of {shown_type(inner[0])}" if several else ", ".join(map(shown_type, inner))
    if isinstance(hint, NewType):
        return hint.__name__
    return PLAIN.get(hint, hint.__name__)


PLAIN: Mapping[type, str] = {
    str: "text", int: "whole number", float: "number", bool: "yes or no", datetime: "moment (UTC)",
}  # fmt: skip


# Errors.
def errors() -> Lines:
    """The page of reasons and errors."""
    yield from head("Reasons and errors", "What people are told, in English and Spanish.")
    yield "A reason is recorded with the refusal. An error is raised, and nothing is stored."
    yield "What stands in braces is filled in."
    for title, base in (("Reasons of refusals", Reason), ("Errors", CommandError)):
        yield ""
        yield f"## {title}"
        for kind in told(base):
            yield from told_section(kind)
    yield from troubles()


def told(base: type[Told]) -> list[type[Told]]:
    """Every class below *base* that people can be told, by code."""
    for package in (cvsec_core, cvsec_adapters):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                import_module(found.name)
    # attrs leaves the class that it was given beside the one that it made of it.
    below = {kind.code: kind for kind in descendants(base) if "__attrs_attrs__" in vars(kind)}
    return [below[code] for code in sorted(below)]


def descendants(base: type[Told]) -> Iterator[type[Told]]:
    """The classes of ours below *base* that have a code."""
    for kind in base.__subclasses__():
        if "code" in vars(kind) and kind.__module__.startswith("cvsec_"):
            yield kind
        yield from descendants(kind)


def told_section(kind: type[Told]) -> Lines:
    """One thing that people are told."""
    yield ""
    yield f"### {kind.code}"
    yield ""
    yield f"`{kind.__name__}`: {own_doc(kind)}"
    rows = [
        ("what is wrong", kind.says.en, kind.says.es),
        ("what to do", kind.advises.en, kind.advises.es),
    ]
    yield from table(("", "English", "Spanish"), [row for row in rows if row[1]])


def troubles() -> Lines:
    """What can ail a storage file."""
    yield ""
    yield "## Troubles of storage files"
    yield ""
    yield "What stands for `{trouble}` in the errors of storage, and what to do about it."
    rows = [
        (trouble.says.en, trouble.says.es, trouble.advises.en, trouble.advises.es)
        for trouble in TROUBLES.values()
    ]
    yield from table(("English", "Spanish", "what to do", "qué hacer"), rows)


# Event codes.
def event_codes() -> Lines:
    """The page of what devices report."""
    yield from head("Event codes", "What the number that a device reports means.")
    yield "A number that is not listed is kept and shown as it came, at the level of its range:"
    yield "20 to 99 and 5000 to 5999 are exceptions, 100 to 199 and 6000 to 6999 alarms,"
    yield "all others normal."
    yield from table(
        ("code", "English", "Spanish", "level", "decision"),
        [
            (str(code), m.name.en, m.name.es, m.level, "" if m.decision == "none" else m.decision)
            for code, m in sorted(vocabulary.MEANINGS.items())
        ],
    )


# The command line.
def command_line() -> Lines:
    """The page of the command line."""
    yield from head("Command line", "Every command of `cvsec`, with its arguments and options.")
    yield "Each command explains itself with `-h`."
    yield from described(click.Context(cli, info_name="cvsec", **cli.context_settings))


def described(ctx: click.Context) -> Lines:
    """One command, then those below it."""
    command = ctx.command
    yield ""
    yield f"## {ctx.command_path}"
    yield ""
    yield from paragraphs(command.help or "")
    yield "```console"
    yield "$ " + " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    yield "```"
    yield from table(("argument or option", "meaning"), options(ctx))
    if command.epilog:
        yield ""
        yield from paragraphs(command.epilog)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            if below is not None and not below.hidden:
                yield from described(click.Context(below, info_name=name, parent=ctx))


def paragraphs(text: str) -> Lines:
    """The paragraphs of a help text; those that click leaves as they are, as code."""
    for paragraph in cleandoc(text).split("\n\n"):
        kept = paragraph.startswith(KEPT)
        yield from ("```text", paragraph.removeprefix(KEPT), "```") if kept else (paragraph,)
        yield ""


KEPT = "\b\n"
"""A paragraph that begins so is not filled again by click."""


def options(ctx: click.Context) -> list[tuple[str, ...]]:
    """The arguments and options of a command, as its help shows them."""
    records = (parameter.get_help_record(ctx) for parameter in ctx.command.params)
    return [(f"`{found[0]}`", " ".join(found[1].split())) for found in records if found]


# Pages.
PAGES: Mapping[str, Callable[[], Lines]] = {
    "commands.md": commands,
    "events.md": events,
    "errors.md": errors,
    "event-codes.md": event_codes,
    "cli.md": command_line,
}


def head(title: str, summary: str) -> Lines:
    """What every page begins with."""
    yield from (MADE, "", f"# {title}", "", summary)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    """A table in Markdown; nothing where there are no rows."""
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    if body:
        yield from ("", "| " + " | ".join(titles) + " |", "|" + " --- |" * len(titles), *body)


def stale(folder: Path) -> list[str]:
    """The names of the pages in *folder* that are not what the code says now."""
    return [name for name, text in pages().items() if read(folder / name) != text]


def pages() -> dict[str, str]:
    """Every page as it has to be."""
    return {name: "\n".join(make()) + "\n" for name, make in PAGES.items()}


def read(path: Path) -> str | None:
    """The text of a file, or None where there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """Write the pages, or check them; the exit code."""
    old = stale(folder)
    if "--check" in arguments:
        for name in old:
            print(f"docs/reference/{name} is out of date; run python -m docs.generate")
        return 1 if old else 0
    made = pages()
    for name in old:
        (folder / name).write_text(made[name], encoding="utf-8")
        print(f"docs/reference/{name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
