"""The shipped pack without its bank, for tests that need no question: it is read many times."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def _pack_without_bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("content") / "lawcontent"
    with as_file(files("lawcontent")) as shipped:
        shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("questions", "exams"))
    return folder


@pytest.fixture
def without_bank(_pack_without_bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the pack as if it shipped no questions and no papers."""
    monkeypatch.setattr("lawcore.content.reading.files", lambda _: _pack_without_bank)
