"""Agreement with the dates MS Project stored in its own files (skipped where the example data are absent)."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import agreement


@pytest.fixture(scope="module")
def results(shared_data: Path) -> list[agreement.FileResult]:
    folder = shared_data / "04_project_files"
    paths = sorted(path for kind in ("mspdi_native", "mspdi_converted") for path in (folder / kind).glob("*.xml*"))
    assert len(paths) >= 20
    return [agreement.check(path) for path in paths]


def test_every_automatic_task_agrees_or_its_file_contradicts_itself(results: list[agreement.FileResult]) -> None:
    total = agreement.summary(results)
    assert set(total["reasons"]) <= {agreement.STALE}
    assert total["agree"] >= 1_245
    assert total["agree"] + sum(total["reasons"].values()) == total["tasks"] == 1_263


def test_starts_finishes_and_criticality_agree_everywhere(results: list[agreement.FileResult]) -> None:
    fields = agreement.summary(results)["fields"]
    for name in ("start", "finish", "early_start", "early_finish", "critical"):
        agree, compared = fields[name]
        assert agree == compared > 1_200, name


def test_manual_tasks_agree_too(results: list[agreement.FileResult]) -> None:
    total = agreement.summary(results)
    assert total["manual_agree"] == total["manual_tasks"] == 19
