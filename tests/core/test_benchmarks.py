"""The benchmark command runs; what it measures is nobody's business here."""

import subprocess
import sys
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[2]


def test_a_quick_run_prints_the_tables_and_writes_the_figures(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", str(figures)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "lawbot" in done.stdout
    written = orjson.loads(figures.read_bytes())
    assert len(written["bots"]) == 6
    assert all(bot["cpu_us"] > 0 for bot in written["bots"])
    assert {"name", "figure", "bound", "kept"} <= written["goals"][0].keys()
