"""Every Python code block of the README and the documentation is a test; no test looks for a key in
the user's configuration.
"""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

os.environ["CVSEC_KEY"] = "c5" * 32
for setting in ("CVSEC_KEY_FILE", "CVSEC_AT_REST", "CVSEC_DB"):
    os.environ.pop(setting, None)

collect_ignore_glob = ["docs/_build/*", "docs/*.py"]


def enter_empty_folder(namespace: dict[str, Any]) -> None:
    """Let the blocks of one document share a folder of their own, so they may leave files there."""
    leave = namespace["leave_folder"] = contextlib.ExitStack()
    folder = leave.enter_context(tempfile.TemporaryDirectory(prefix="cvsec-docs-"))
    leave.enter_context(contextlib.chdir(Path(folder)))


def leave_folder(namespace: dict[str, Any]) -> None:
    """Go back to where the tests run."""
    namespace["leave_folder"].close()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    excludes=["docs/_build/**"],
    setup=enter_empty_folder,
    teardown=leave_folder,
).pytest()
