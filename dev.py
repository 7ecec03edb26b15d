"""Everything a developer does here, from a bare clone: `python3 dev.py run` and `python3 dev.py test`.

Needs Python 3.11 or newer with pip, and nothing else: only the standard library is imported. The first call makes
`.venv` from the hashed list in `requirements/`; later calls find it as it should be and start at once.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import importlib.util
import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements" / "dev.txt"
BUILD = ROOT / "build"
OLDEST = (3, 11)
UV = "uv==0.13.9"
APT = ("apt-get", "--quiet", "--option", "Acquire::Retries=5")
INSTALL = ("install", "--yes", "--no-install-recommends")
STOPS_S = 30
"""Seconds that a hub may take to end what it is at."""

LINUX = sys.platform.startswith("linux")
MEMORY, MEMORY_BYTES = Path("/dev/shm"), 2 * 1024**3
"""A folder without a disk, and the room that the stores of a run may take there."""
SIDE_BY_SIDE = ("-n", str(min(4, 1 + (os.cpu_count() or 1))), "--dist", "worksteal")
"""A process of tests more than there are processors, since many tests wait; four at most. Further words such as `-n 0`
or `--pdb` take this back."""

# What the wheels expect of the system: the library or program looked for, and the Debian package that has it.
WINDOWS = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
}
"""For windows drawn in memory: the tour, and tests without a display."""
DISPLAY = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""For windows on a real or a virtual display."""
VIRTUAL_DISPLAY = {"Xvfb": "xvfb", "xauth": "xauth"}
"""For tests that press keys in real windows on a machine without a screen."""
TRACING = {"strace": "strace"}
"""For tests that cut the power: they watch, and break, what a save asks of the disk."""


class Stop(Exception):
    """One sentence for the person, and the end."""


def say(text: str) -> None:
    print(text, flush=True)


def run(*words: str | Path, env: Mapping[str, str] | None = None) -> int:
    """Run a program in the project's folder, showing what it says; answers its exit code."""
    return subprocess.run([str(word) for word in words], cwd=ROOT, env={**os.environ, **(env or {})}).returncode


def need(*words: str | Path, env: Mapping[str, str] | None = None) -> None:
    """Run a program that has to succeed."""
    if code := run(*words, env=env):
        raise Stop(f"Stopped: {shlex.join(str(word) for word in words)} ended with {code}.")


# --- what the system must have -------------------------------------------------------------------------------------


def is_here(name: str) -> bool:
    """Whether a shared library can be loaded, or a program found."""
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(wanted: Mapping[str, str]) -> list[str]:
    """The Debian packages of what is not here. Only Linux is looked at: elsewhere the wheels bring all they need."""
    return [package for name, package in wanted.items() if not is_here(name)] if LINUX else []


def add_to_system(wanted: Mapping[str, str]) -> list[str]:
    """Install what the system lacks, where we may. Answers what is still missing, having said how to get it."""
    packages = missing(wanted)
    if not packages:
        return []
    on_debian = Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None
    if on_debian and os.geteuid() == 0:
        say(f"Installing for windows and tests: {' '.join(packages)}")
        silent = {"DEBIAN_FRONTEND": "noninteractive"}
        if run(*APT, "update", env=silent) == 0 and run(*APT, *INSTALL, *packages, env=silent) == 0:
            return missing(wanted)
    else:
        line = shlex.join(["sudo", "apt-get", *INSTALL, *packages])
        say(f"This system lacks some libraries. On Debian or Ubuntu:\n\n    {line}\n")
    return packages


# --- the virtual environment ---------------------------------------------------------------------------------------


def stamp(*files: Path) -> str:
    """What the environment was made from: the files, the Python, the place."""
    made_from = [sys.version, str(ROOT), *(file.read_text("utf-8") for file in files)]
    return hashlib.sha256("\0".join(made_from).encode()).hexdigest()


def stands(mark: Path, made_from: str) -> bool:
    return mark.exists() and mark.read_text("utf-8") == made_from


def pip(*words: str | Path) -> None:
    """The pip of the Python that runs this file, at work in `.venv`, which needs no pip of its own."""
    if importlib.util.find_spec("pip") is None:
        raise Stop("Stopped: this Python has no pip. On Debian or Ubuntu: sudo apt-get install --yes python3-pip")
    steady = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_RETRIES": "10", "PIP_ROOT_USER_ACTION": "ignore"}
    need(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", *words, env=steady)


def prepare() -> None:
    """Make `.venv` hold exactly the locked packages and this project. A step that was cut off is done again."""
    packages, project = VENV / "smf-packages", VENV / "smf-project"
    locked, described = stamp(LOCK), stamp(LOCK, ROOT / "pyproject.toml")
    if not (stands(packages, locked) and PYTHON.exists()):
        say("Making .venv: about a minute the first time.")
        shutil.rmtree(VENV, ignore_errors=True)
        need(sys.executable, "-m", "venv", "--without-pip", VENV)  # a bare Debian has no ensurepip
        pip("--require-hashes", "--requirement", LOCK)
        packages.write_text(locked, "utf-8")
    if not stands(project, described):
        pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT)
        project.write_text(described, "utf-8")


# --- run -----------------------------------------------------------------------------------------------------------


def smf(*words: str | Path, password: str) -> dict[str, object]:
    """A command of the product with `--json`: its one document."""
    done = subprocess.run(
        [str(PYTHON), "-m", "smf_desktop", *map(str, words), "--json"],
        cwd=ROOT,
        env={**os.environ, "SMF_PASSWORD": password},
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise Stop(f"Stopped: smf {words[0]} ended with {done.returncode}.")
    document: dict[str, object] = json.loads(done.stdout)
    return document


def demo_store() -> tuple[Path, dict[str, object]]:
    """A store of made-up people, kept between runs, and what `smf demo` told of it, its password included.

    Beside it a second laptop and the hub of both. The notice is written last, so a store without one was cut off
    half-way and is made again, as is one without a hub.
    """
    store, second, notice = BUILD / "demo", BUILD / "second-laptop", BUILD / "demo.json"
    told = json.loads(notice.read_text("utf-8")) if notice.exists() else {}
    if not (store.exists() and second.exists() and "hub" in told):
        say("Making a demo store of made-up people in build/demo: this can take a few minutes.")
        for old in (store, second, BUILD / "second-laptop-hub"):
            shutil.rmtree(old, ignore_errors=True)
        notice.unlink(missing_ok=True)
        BUILD.mkdir(exist_ok=True)
        password = secrets.token_urlsafe(9)
        told = {**smf("demo", store, "--second-laptop", second, password=password), "password": password}
        notice.touch(mode=0o600)
        notice.write_text(json.dumps(told), "utf-8")
    return store, told


@contextlib.contextmanager
def loopback_hub(told: object) -> Iterator[None]:
    """The demo's hub, at work while the block is; the process has ended when the block has."""
    if not isinstance(told, dict):
        yield
        return
    words = ("serve", "--database", f"sqlite:///{told['database']}", "--port", str(told["url"]).rpartition(":")[2])
    hub = subprocess.Popen([str(PYTHON), "-m", "smf_hub", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        said = hub.stdout.readline() if hub.stdout else ""
        say(said.strip() or "The demo's hub did not start; the application works without it.")
        yield
    finally:
        hub.terminate()
        try:
            hub.wait(STOPS_S)
        except subprocess.TimeoutExpired:
            hub.kill()
            hub.wait()
        if hub.stdout:
            hub.stdout.close()


def counted(told: Mapping[str, object]) -> str:
    """People, visits and outcomes, in words, as far as the commands told them."""
    parts = [f"{told[key]} {word}" for key, word in (("patients", "people"), ("visits", "visits")) if key in told]
    outcomes = told.get("outcomes")
    if isinstance(outcomes, dict):
        parts.append("outcomes: " + ", ".join(f"{code} {number}" for code, number in outcomes.items()))
    return "; ".join(parts)


def command_run() -> int:
    """Open the application on a demo store; without a display, draw its pages into `build/tour`."""
    has_display = not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if add_to_system({**WINDOWS, **DISPLAY} if has_display else WINDOWS):
        raise Stop("Stopped: without these libraries no window can be drawn.")
    prepare()
    store, told = demo_store()
    password = str(told["password"])
    users = told.get("users")
    say(f"Demo store {store}: {counted(told)}")
    say(f"Users: {', '.join(map(str, users)) if isinstance(users, list) else 'nurse'}. Password: {password}")
    if has_display:
        with loopback_hub(told.get("hub")):
            second = f"{BIN / 'smf'} open {BUILD / 'second-laptop'}"
            say(f"A second laptop, to see two meet. While this runs, in another terminal:\n\n    {second}\n")
            return run(PYTHON, "-m", "smf_desktop", "open", store)
    tour = BUILD / "tour"
    shutil.rmtree(tour, ignore_errors=True)
    shown = smf("tour", store, "--out", tour, password=password)
    pictures = sorted(tour.glob("*.png"))
    say(f"No display here, so the pages were drawn instead: {len(pictures)} pictures in {tour}")
    for picture in pictures:
        say(f"    {picture.name}")
    if counts := counted(shown):
        say(f"In the pictures: {counts}")
    opened = f"{BIN / 'smf'} open {store}"
    say(f"To see the window, run this on a desktop, over `ssh -X` or in a VNC session:\n\n    {opened}\n")
    return 0


# --- test, bench, lock ---------------------------------------------------------------------------------------------

CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "--output-format", "concise", "."),
    "mypy": ("mypy",),
    "import contracts": ("importlinter.cli", "--no-logo"),
}


def run_checks() -> list[str]:
    """The names of the checks that failed. What each of them says is shown when it has ended."""
    failed = []
    for name, (module, *words) in CHECKS.items():
        code = "from importlinter.cli import lint_imports_command as lint; lint()"
        start = ["-c", code] if module == "importlinter.cli" else ["-m", module]
        done = subprocess.run(
            [str(PYTHON), *start, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        say(f"\n--- {name}\n{done.stdout}")
        if done.returncode:
            failed.append(name)
    return failed


def without_postgresql() -> list[str]:
    """What cannot be run when no PostgreSQL starts here, and why; nothing when one does."""
    tried = subprocess.run([str(PYTHON), "-m", "tests.support.postgres"], cwd=ROOT, capture_output=True, text=True)
    why = tried.stderr.strip().splitlines()
    return [f"the hub on PostgreSQL ({why[-1] if why else 'it does not start'})"] if tried.returncode else []


def in_memory() -> dict[str, str]:
    """Has tests keep their stores in memory where there is room: each of thousands of saves waits for its disk."""
    try:
        has_room = shutil.disk_usage(MEMORY).free >= MEMORY_BYTES
    except OSError:
        return {}
    return {"PYTEST_DEBUG_TEMPROOT": str(MEMORY)} if has_room else {}


def command_test(*, ci: bool, nightly: bool, words: Sequence[str]) -> int:
    """The tests; with `ci` also style, types and contracts beside them. Whatever cannot be run is named."""
    if add_to_system({**WINDOWS, **DISPLAY, **VIRTUAL_DISPLAY, **TRACING}) and missing(WINDOWS):
        raise Stop("Stopped: without these libraries PySide6 cannot be imported.")
    no_windows = [f"real windows (no {package})" for package in missing({**DISPLAY, **VIRTUAL_DISPLAY})]
    prepare()
    no_postgresql = without_postgresql()
    no_office = [] if shutil.which("soffice") else ["workbooks opened by LibreOffice (no soffice)"]
    left_out = no_windows + no_office + [f"power cuts (no {package})" for package in missing(TRACING)] + no_postgresql
    if nightly and left_out:
        raise Stop(f"Stopped: a nightly run leaves nothing out, and these cannot be run: {'; '.join(left_out)}.")
    if left_out:
        say(f"Not run here: {'; '.join(left_out)}.")
    platform = in_memory()
    platform["PYTHONDONTWRITEBYTECODE"] = ""  # else each of hundreds of processes compiles what it reads
    if LINUX:
        platform["QT_QPA_PLATFORM"] = "offscreen" if no_windows else "xcb"
    if no_postgresql:
        platform["SMF_NO_POSTGRES"] = "1"
    options = ["-m", "nightly or not nightly", "--hypothesis-profile=nightly"] if nightly else []
    if ci:
        options.append("-ra")
    with ThreadPoolExecutor(1) as beside:  # one check at a time: no processor waits until the last of them has ended
        checks = beside.submit(run_checks) if ci else None
        code = run(PYTHON, "-m", "pytest", *SIDE_BY_SIDE, *options, *words, env=platform)
    failed = checks.result() if checks else []
    if failed:
        say(f"Failed beside the tests: {', '.join(failed)}.")
    return code or int(bool(failed))


def command_bench() -> int:
    """Every benchmark, in one table of where we stand."""
    prepare()
    return run(PYTHON, "-m", "benchmarks")


def command_lock(*, upgrade: bool) -> int:
    """Write the hashed lists of `requirements/` from the pins of `pyproject.toml`, for every platform at once."""
    prepare()
    pip(UV)
    for name, extras in {"desktop": ["desktop"], "hub": ["hub"], "dev": ["desktop", "hub", "dev"]}.items():
        need(
            *(PYTHON, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet"),
            *(word for extra in extras for word in ("--extra", extra)),
            *("--universal", "--generate-hashes", "--python-version", ".".join(map(str, OLDEST))),
            *("--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),  # no address may get in
            *("--custom-compile-command", "python3 dev.py lock"),
            *("--output-file", f"requirements/{name}.txt", *(["--upgrade"] if upgrade else [])),
        )
    return 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py", description="Run, test, measure and lock this project.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="open the application on a demo store")
    test = commands.add_parser("test", help="run the tests; further words go to pytest")
    test.add_argument("--ci", action="store_true", help="also style, types and import contracts")
    test.add_argument("--nightly", action="store_true", help="also the long tests; leaves nothing out")
    commands.add_parser("bench", help="run the benchmarks")
    lock = commands.add_parser("lock", help="write requirements/ anew from pyproject.toml")
    lock.add_argument("--upgrade", action="store_true", help="take newer versions where the pins allow")
    chosen, rest = parser.parse_known_args(words)
    if rest and chosen.command != "test":
        parser.error(f"unknown words: {shlex.join(rest)}")
    if sys.version_info < OLDEST:
        raise Stop("Stopped: this needs Python 3.11 or newer.")
    if chosen.command == "run":
        return command_run()
    if chosen.command == "test":
        return command_test(ci=chosen.ci, nightly=chosen.nightly, words=rest)
    if chosen.command == "bench":
        return command_bench()
    return command_lock(upgrade=chosen.upgrade)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.exit(str(stop))
    except KeyboardInterrupt:
        sys.exit(130)
