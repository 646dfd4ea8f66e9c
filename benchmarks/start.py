"""Commands that need no bot: how long they take, and that they import nothing slow."""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.measure import Goal

COMMANDS = ("--help", "calendar --year 2027", "db check", "exam list")
SLOW = ("aiogram", "matplotlib", "docx")

RUN = f"""
import sys
from lawbot.__main__ import main
sys.path.pop(0)
try:
    main()
finally:
    found = [name for name in {SLOW!r} if name in sys.modules]
    if found:
        sys.exit(f"imported: {{found}}")
"""


def goals(times: int) -> list[Goal]:
    """The median processor time of each command in a new process, seconds.

    It is the wall time on an idle machine. Raises RuntimeError when a command fails or imports what
    only the bot needs.
    """
    with tempfile.TemporaryDirectory() as folder:
        return [
            Goal(
                f"启动：lawbot {command}",
                median(_seconds(command, Path(folder)) for _ in range(times)),
                0.5,
                "s",
            )
            for command in COMMANDS
        ]


def _seconds(command: str, folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", RUN, *command.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"lawbot {command}: {done.stderr.strip()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
