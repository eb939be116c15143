"""The pure core of cvsec: commands become events, events become rows.

The names that an embedding service needs most are exported here, each loaded when it is first
used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cvsec_core.errors import CommandError, Reason, Refusal, RefusedError
    from cvsec_core.handling import Answer, Asked
    from cvsec_core.looking import Moment
    from cvsec_core.recorded import Event, Meta, Recorded
    from cvsec_core.site import Site

_WHERE = {
    "Answer": "handling",
    "Asked": "handling",
    "CommandError": "errors",
    "Event": "recorded",
    "Meta": "recorded",
    "Moment": "looking",
    "Reason": "errors",
    "Recorded": "recorded",
    "Refusal": "errors",
    "RefusedError": "errors",
    "Site": "site",
}

__all__ = [
    "Answer",
    "Asked",
    "CommandError",
    "Event",
    "Meta",
    "Moment",
    "Reason",
    "Recorded",
    "Refusal",
    "RefusedError",
    "Site",
]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
