"""Builds a running site from its parts: the only package that knows them all."""

from cvsec_adapters.wiring.keys import (
    KeyInUse,
    change_key,
    key_in_use,
    new_vault,
    rotate_key,
)
from cvsec_adapters.wiring.replaying import (
    NotReplayedError,
    Replayed,
    replay_captures,
)
from cvsec_adapters.wiring.serving import (
    demo_stage,
    play_day,
    serve,
    serving,
)
from cvsec_adapters.wiring.sites import (
    CLOCK_DRIFT,
    StoredSite,
    ViewFile,
    back_up,
    desk_of,
    memory_site,
    now,
    open_site,
    rebuild,
    stored,
    view_files,
    zone,
)

__all__ = [
    "CLOCK_DRIFT",
    "KeyInUse",
    "NotReplayedError",
    "Replayed",
    "StoredSite",
    "ViewFile",
    "back_up",
    "change_key",
    "demo_stage",
    "desk_of",
    "key_in_use",
    "memory_site",
    "new_vault",
    "now",
    "open_site",
    "play_day",
    "rebuild",
    "replay_captures",
    "rotate_key",
    "serve",
    "serving",
    "stored",
    "view_files",
    "zone",
]
