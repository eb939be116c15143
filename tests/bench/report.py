"""The figures, for people and for programs."""

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from tests.bench.rows import RATES, Row

Machine = Mapping[str, object]
Rows = Mapping[str, Row]

SOON_ENOUGH_MS = 0.3
"""A page that comes this fast may take any multiple of a smaller one."""


@frozen
class Goal:
    """What a row shall reach."""

    says: str
    holds: Callable[[Row, Rows], bool]


def _times(*, stock: float, bare: float = 0) -> Goal:
    says = f">= {bare:g} x bare, >= {stock:g} x stock" if bare else f">= {stock:g} x stock"
    return Goal(
        says,
        lambda row, _: (
            (row.faster_than(row.bare) or 0) >= bare and (row.faster_than(row.stock) or 0) >= stock
        ),
    )


def _grows_little(small: str) -> Goal:
    return Goal(
        f"<= 1.5 x {small} or < {SOON_ENOUGH_MS} ms",
        lambda row, rows: row.ours < max(SOON_ENOUGH_MS, 1.5 * rows[small].ours),
    )


GOALS: Mapping[str, Goal] = {
    "append-100": _times(stock=2, bare=0.6),
    "access-decision": Goal("< 50 µs", lambda row, _: row.ours < 50),
    "import-people": Goal(">= 5,000 people/s", lambda row, _: row.ours >= 5_000),
    "command": _times(stock=2, bare=0.5),
    "replay": _times(stock=4),
    "rebuild": Goal(">= 60,000 events/s", lambda row, _: row.ours >= 60_000),
    "lockdown-10k": Goal("<= 0.8 s", lambda row, _: row.ours <= 0.8),
    "dashboard-1e6": _grows_little("dashboard-1e4"),
    "alarms-1e6": _grows_little("alarms-1e4"),
    "import-core": Goal("< 150 ms", lambda row, _: row.ours < 150),
}


def document(machine: Machine, rows: Sequence[Row]) -> dict[str, object]:
    """Everything, ready for JSON."""
    return {"machine": dict(machine), "durability": "full", "rows": [_fields(row) for row in rows]}


def _fields(row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        "unit": row.unit,
        "ours": _rounded(row.ours),
        "stock": _rounded(row.stock),
        "bare": _rounded(row.bare),
        "vs_stock": _rounded(row.faster_than(row.stock)),
        "vs_bare": _rounded(row.faster_than(row.bare)),
        "p50_ms": _rounded(row.p50_ms),
        "p99_ms": _rounded(row.p99_ms),
    }


def _rounded(number: float | None) -> float | None:
    """Four digits: there is no truth in more."""
    return None if number is None else float(f"{number:.4g}")


HEAD = ("", "unit", "ours", "stock", "bare", "vs stock", "vs bare", "p50 ms", "p99 ms", "goal", "")


def table(machine: Machine, rows: Sequence[Row]) -> str:
    """Everything, for people."""
    by_name = {row.name: row for row in rows}
    lines = [HEAD, *(_cells(row, by_name) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    told = ", ".join(f"{name} {value}" for name, value in machine.items())
    return "\n".join(
        [
            f"Durability full, {told}",
            "Ratios are speed ratios: above 1 ours is faster.",
            "",
            *("  ".join(map(_aligned, line, widths, range(len(line)))).rstrip() for line in lines),
        ]
    )


def _aligned(cell: str, width: int, place: int) -> str:
    is_number = HEAD.index("ours") <= place <= HEAD.index("p99 ms")
    return cell.rjust(width) if is_number else cell.ljust(width)


def _cells(row: Row, rows: Rows) -> tuple[str, ...]:
    goal = GOALS.get(row.name)
    verdict = "" if goal is None else f"{goal.says}: {'met' if goal.holds(row, rows) else 'MISSED'}"
    return (
        row.name,
        row.unit,
        *(_figure(number, row.unit) for number in (row.ours, row.stock, row.bare)),
        *(_ratio(row.faster_than(peer)) for peer in (row.stock, row.bare)),
        *(_figure(number, "ms") for number in (row.p50_ms, row.p99_ms)),
        verdict,
        row.note,
    )


def _figure(number: float | None, unit: str) -> str:
    if number is None:
        return "-"
    return f"{number:,.0f}" if unit in RATES else f"{number:,.3f}"


def _ratio(number: float | None) -> str:
    return "-" if number is None else f"{number:.2f}"
