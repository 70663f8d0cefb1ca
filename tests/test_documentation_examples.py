"""The examples of every page do what the page says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation import PAGES, ROOT, blocks

RUN = ("python", "pycon", "console", "diff")
NOT_RUN = ("shell", "text", "ini", "mermaid")
WARNINGS = "error,ignore::ResourceWarning"
"""An application leaves its connections to SQLite open when the process ends; 3.13 says so."""


def run_page(page: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("FLASK_")}
    return subprocess.run(
        [sys.executable, "-m", "tests.documentation", page, folder],
        cwd=ROOT,
        env=inherited | {"PYTHONWARNINGS": WARNINGS, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run_from_top_to_bottom(page, tmp_path):
    done = run_page(page, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_says_whether_it_is_run(page):
    assert {block.language for block in blocks(page)} <= {*RUN, *NOT_RUN}
    assert page.read_text(encoding="utf-8").count("\n```") == 2 * len(blocks(page))


@pytest.mark.parametrize(
    "example",
    [
        "```python\nraise ValueError\n```\n",
        "```pycon\n>>> 1 + 1\n3\n```\n",
        "```console\n$ python -c 'print(1)'\n2\n```\n",
        "```console\n$ python -c 'raise SystemExit(1)'\n```\n",
        "```console\n$ python -c \"print('Error: no')\"\nError: no\n```\n",
        "```diff\n--- app.py\n-missing\n+there\n```\n",
    ],
)
def test_an_example_that_does_something_else_is_found(example, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"```python\n# app.py\nx = 1\n```\n\n{example}", encoding="utf-8")
    assert run_page(page, tmp_path).returncode != 0
