"""The JSON of what was forgotten and what is remembered: one function a thing."""

from attrs import asdict

from cvsec_adapters.desk.forgetting import Proof
from cvsec_adapters.desk.retention import Retention
from cvsec_adapters.transport.cli.shapes import Shape, time
from cvsec_core.projections.directory import ForgottenRow


def proof(proof: Proof) -> Shape:
    """That somebody was forgotten, and what is left of them."""
    return {
        "position": proof.position,
        "forgotten": proof.left.is_nothing,
        "at": time(proof.at),
        "by": proof.by,
        "keys_destroyed": proof.keys - proof.left.keys,
        "left": asdict(proof.left),
        "kept": asdict(proof.kept),
    }


def forgotten(row: ForgottenRow) -> Shape:
    """Somebody who was forgotten."""
    return {"position": row.position, "at": time(row.forgotten_at), "by": row.by}


def retention(retention: Retention, forgotten: int) -> Shape:
    """How long visitors are remembered; *forgotten*: how many were forgotten just now."""
    return {
        "days": retention.days,
        "forgotten": forgotten,
        "due": retention.due,
        "kept": list(retention.kept),
    }
