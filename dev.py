#!/usr/bin/env python3
"""Everything one does with this repository: `python3 dev.py JOB [ARGUMENT ...]`.

setup   make the environment in .venv, or in the folder that CVSEC_VENV names
demo    play a day at a small site: `cvsec demo`
test    run the tests; the arguments go to pytest
check   format, lint, types, imports, and the rules of the repository
docs    build the documentation; the arguments go to sphinx-build
bench   run the benchmarks
lock    write requirements/dev.txt anew; --upgrade also takes newer versions

Every job sets up what it needs first. Needs Python 3.11 and nothing else.
"""

# Plain syntax on purpose: an older Python must get as far as being told that it is too old.
from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

ROOT = Path(__file__).resolve().parent
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements" / "dev.txt"
FRAGMENTS = ROOT / "changelog.d"
DEFAULT_ENV = ROOT / ".venv"
ENV = Path(os.environ.get("CVSEC_VENV") or DEFAULT_ENV).absolute()
BIN = "Scripts" if os.name == "nt" else "bin"
STAMP = ENV / ".cvsec-setup"
UNFINISHED = "unfinished"


def main(arguments: list[str]) -> int:
    """Run the job that the first argument names; return its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older Python finds out
        stop(f"cvsec needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    name, *rest = arguments or ["help"]
    if name in ("help", "-h", "--help"):
        print((__doc__ or "").strip())
        return 0
    if name not in JOBS:
        stop(f"There is no job {name!r}; there are {', '.join(JOBS)}.", code=2)
    return JOBS[name](rest)


# --- jobs -------------------------------------------------------------------------------------


def setup(_: list[str]) -> int:
    """Make the environment, unless it is up to date."""
    wanted = fingerprint()
    if stamp() != wanted:
        with one_at_a_time():
            if stamp() != wanted:
                build_environment(wanted)
    return 0


def demo(arguments: list[str]) -> int:
    """Play the demonstration, in the folder where the caller stands."""
    setup([])
    return become(tool("cvsec"), "demo", *arguments)


def test(arguments: list[str]) -> int:
    """Run the tests."""
    setup([])
    os.chdir(ROOT)
    return become(python(), "-m", "pytest", *arguments)


def docs(arguments: list[str]) -> int:
    """Build the documentation; a warning is an error."""
    setup([])
    os.chdir(ROOT)
    sphinx = (python(), "-m", "sphinx", "-W", "--keep-going")
    return become(*sphinx, *arguments, "docs", "docs/_build/html")


def bench(arguments: list[str]) -> int:
    """Run the benchmarks."""
    setup([])
    os.chdir(ROOT)
    return become(python(), "-m", "tests.bench", *arguments)


def lock(arguments: list[str]) -> int:
    """Resolve the dependencies anew, with a uv that lives only as long as this takes."""
    say("resolving the dependencies")
    with tempfile.TemporaryDirectory(prefix="cvsec-lock-") as folder:
        env = Path(folder)
        create_environment(env)
        pip(env, "install", "uv")
        command = [str(env / BIN / "uv"), "pip", "compile", str(PROJECT.relative_to(ROOT))]
        command += ["--all-extras", "--group", "dev", "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-header", "--no-annotate", "--no-cache", "--quiet"]
        command += ["--output-file", str(LOCK.relative_to(ROOT)), *arguments]
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode


def check(_: list[str]) -> int:
    """Run every check, also after one has failed; say how each went."""
    setup([])
    os.chdir(ROOT)
    results = {name: passes(name, run_check) for name, run_check in CHECKS.items()}
    width = max(map(len, results))
    print("\n== summary")
    for name, passed in results.items():
        print(f"{name:<{width}}  {'ok' if passed else 'FAILED'}")
    return 0 if all(results.values()) else 1


# --- checks -----------------------------------------------------------------------------------


def passes(name: str, run_check: Callable[[], list[str]]) -> bool:
    """Run one check and print what it found."""
    print(f"== {name}", flush=True)
    findings = run_check()
    for finding in findings:
        print(finding)
    return not findings


def by_tool(*command: str) -> Callable[[], list[str]]:
    """Return a check that is the exit code of a tool in the environment."""

    def run_check() -> list[str]:
        name, *rest = command
        code = subprocess.run([tool(name), *rest], check=False).returncode
        return [f"{name} ended with exit code {code}"] if code else []

    return run_check


def types() -> list[str]:
    """Check the types against the environment in use, wherever it stands."""
    return by_tool("basedpyright", "--pythonpath", python())()


def reference() -> list[str]:
    """Find generated pages of the documentation that the source has outgrown."""
    if not (ROOT / "docs" / "generate.py").exists():
        return []
    return by_tool("python", "-m", "docs.generate", "--check")()


def addresses() -> list[str]:
    """Find what would tie the repository to one place that packages come from."""
    # Put together here, so that this file passes its own check.
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"))]
    hosts += [".".join(parts) for parts in (("npmjs", "org"), ("npmjs", "com"))]
    anywhere = re.compile("|".join(map(re.escape, hosts)), re.IGNORECASE)
    in_locks = re.compile(r"://|file:|--(?:extra-)?index-url|--find-links|@ \S+/")
    found = [hit for path in tracked_files() for hit in search(path, anywhere)]
    return found + [hit for path in sorted(LOCK.parent.iterdir()) for hit in search(path, in_locks)]


def fragments() -> list[str]:
    """Find changelog fragments that cannot be put into the changelog as they stand."""
    paths = sorted(FRAGMENTS.iterdir()) if FRAGMENTS.exists() else []
    return [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in paths
        if path.name != "README.md"
        for fault in faults_of_fragment(path)
    ]


def faults_of_fragment(path: Path) -> list[str]:
    """Say what is wrong with the name and the text of a fragment."""
    faults: list[str] = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|fixed|removed)\.md", path.name):
        faults.append("the name must be <slug>.<added|changed|fixed|removed>.md")
    text = path.read_text(encoding="utf-8").strip()
    if text.startswith(("#", "-", "*")):
        faults.append("write plain sentences, without a heading or a bullet")
    if not text.endswith("."):
        faults.append("write whole sentences, the last one with its full stop")
    return faults


def search(path: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield file, line number and match of every line of a text file that the pattern fits."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        match = pattern.search(line)
        if match:
            yield f"{path.relative_to(ROOT)}:{number}: {match.group()}"


def tracked_files() -> list[Path]:
    """List the files under version control; outside a git checkout there are none."""
    command = ["git", "ls-files", "-z"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    paths = [ROOT / os.fsdecode(name) for name in listing.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


# --- the environment --------------------------------------------------------------------------


def build_environment(wanted: str) -> None:
    """Bring the environment up to date, from nothing where the last attempt was cut short."""
    if stamp() in (None, UNFINISHED):
        clear_folder()
        say(f"making the environment in {ENV}")
        STAMP.write_text(UNFINISHED, encoding="utf-8")
        create_environment(ENV)
    STAMP.write_text(UNFINISHED, encoding="utf-8")
    say("installing what requirements/dev.txt lists; the first time takes a minute")
    pip(ENV, "install", "--require-hashes", "--requirement", str(LOCK))
    pip(ENV, "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(wanted, encoding="utf-8")
    fresh.replace(STAMP)
    say("the environment is ready")


def clear_folder() -> None:
    """Empty the folder of the environment, but never somebody else's folder."""
    theirs = ENV != DEFAULT_ENV and stamp() is None
    if theirs and ENV.exists() and any(ENV.iterdir()):
        stop(f"{ENV} is in use by something else; name an empty folder in CVSEC_VENV.")
    if ENV.exists():
        shutil.rmtree(ENV)
    ENV.mkdir(parents=True)


def create_environment(folder: Path) -> None:
    """Make a virtual environment with pip in it."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    advice = f"This Python cannot make environments; try `apt-get install {package}`."
    if not (find_spec("venv") and find_spec("ensurepip")):
        stop(advice)
    import venv  # noqa: PLC0415 - some distributions leave it out

    try:
        venv.EnvBuilder(with_pip=True).create(folder)
    except subprocess.CalledProcessError:
        stop(advice)


def pip(env: Path, *arguments: str) -> None:
    """Run the pip of an environment; stop with its exit code where it fails."""
    # Twice quiet: errors only. Warnings are about the machine's settings, not about this project.
    quiet = ["--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]
    command = [str(env / BIN / "python"), "-m", "pip", *arguments, *quiet]
    surroundings = {**os.environ, "PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    code = subprocess.run(command, cwd=ROOT, env=surroundings, check=False).returncode
    if code:
        stop(f"pip failed with exit code {code}; run the same command again to retry.", code=code)


@contextlib.contextmanager
def one_at_a_time() -> Generator[None]:
    """Let one process at a time set the environment up; the others wait."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows, where nobody else is waited for
    except ImportError:
        yield
        return
    ENV.parent.mkdir(parents=True, exist_ok=True)
    with ENV.with_name(ENV.name + ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fingerprint() -> str:
    """Return a digest of everything the environment is made from."""
    place = f"{sys.version_info[:2]} {sys.base_prefix} {ROOT}".encode()
    return hashlib.sha256(b"\0".join([LOCK.read_bytes(), PROJECT.read_bytes(), place])).hexdigest()


def stamp() -> str | None:
    """Return the fingerprint of the last finished setup, or that one was cut short."""
    try:
        return STAMP.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def python() -> str:
    """Return the path of the environment's Python."""
    return tool("python")


def tool(name: str) -> str:
    """Return the path of a program in the environment."""
    return str(ENV / BIN / name)


# --- small things -----------------------------------------------------------------------------


def become(*command: str) -> int:
    """Run a program in the place of this one, and leave its exit code and signals to it."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    return subprocess.run(command, check=False).returncode


def say(line: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(f"dev.py: {line}", file=sys.stderr, flush=True)


def stop(line: str, *, code: int = 1) -> NoReturn:
    """End with one line that says why."""
    say(line)
    raise SystemExit(code)


JOBS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "demo": demo,
    "test": test,
    "check": check,
    "docs": docs,
    "bench": bench,
    "lock": lock,
}

CHECKS: dict[str, Callable[[], list[str]]] = {
    "format": by_tool("ruff", "format", "--check", "."),
    "lint": by_tool("ruff", "check", "."),
    "types": types,
    "imports": by_tool("lint-imports", "--no-logo"),
    "addresses": addresses,
    "changelog": fragments,
    "reference": reference,
}

if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
