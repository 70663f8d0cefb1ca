"""The measuring of bench/: what it runs, and where the table goes."""

import sys

import pytest
from bench.measure import Cost, Subject, alternating, median_of
from bench.report import BEGIN, END, Row, put, table


def test_subjects_take_turns_after_one_run_that_is_not_counted(tmp_path):
    log = tmp_path / "log"
    subjects = [
        Subject((sys.executable, "-S", "-c", f"open('log', 'a').write('{name}')"), tmp_path)
        for name in "AB"
    ]
    costs = alternating(subjects, 2)
    assert log.read_text() == "AB" + "ABAB"
    assert [len(each) for each in costs] == [2, 2]


def test_a_process_costs_the_time_it_works_and_the_memory_it_holds(tmp_path):
    program = (
        "import time; time.sleep(1); bytearray(100_000_000)\nwhile time.process_time() < 0.3: pass"
    )
    cost = Subject((sys.executable, "-S", "-c", program), tmp_path).run()
    assert 300 <= cost.milliseconds < 1000
    assert cost.megabytes > 100


def test_a_process_that_fails_ends_the_measuring(tmp_path):
    with pytest.raises(SystemExit, match="exit code 3"):
        Subject((sys.executable, "-S", "-c", "raise SystemExit(3)"), tmp_path).run()


def test_a_median_is_not_moved_by_one_slow_run():
    assert median_of([Cost(1, 5), Cost(900, 6), Cost(2, 7)]) == Cost(2, 6)


def test_the_table_gives_the_ratio_of_this_release_to_the_other():
    row = Row("`import`", other=Cost(200, 50), this=Cost(50, 25.04))
    assert table([row], "4.1.0").splitlines()[-1] == "| `import` | 200 | 50 | 0.25 | 50.0 | 25.0 |"


def test_a_new_table_replaces_the_old_one_and_nothing_else(tmp_path):
    page = tmp_path / "README.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    put("new", page)
    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
