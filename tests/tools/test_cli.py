"""The qbfgs command, as its users meet it."""

import io
import json
import re
import subprocess
import sys
from functools import partial

import pytest

from qbfgs import Optimizer, minimize
from qbfgs.problems import ALL, Rosenbrock
from qbfgs_tools import cli
from qbfgs_tools.cli import main
from qbfgs_tools.lab.operators import command as operators_table
from qbfgs_tools.terminal import output
from qbfgs_tools.terminal.output import Bad, Report, Table

pytest.importorskip("scipy")
pytest.importorskip("threadpoolctl")
pytest.importorskip("matplotlib")


@pytest.fixture
def call(capsys):
    """Runs a command line that must succeed in silence; returns what it prints."""

    def run(*words):
        assert main(list(words)) == 0
        text, complaints = capsys.readouterr()
        assert complaints == ""
        return text

    return run


class Terminal(io.StringIO):
    def isatty(self):
        return True


# solve


def test_solve_prints_the_result(call):
    o = minimize(Rosenbrock(128), [-158, 155], target=0)
    text = call("solve", "rosenbrock", "--start=-1.232,1.212", "--target", "0")
    for line in (
        "problem        rosenbrock, n = 2, Qp = 128, mode newton",
        "start          (-1.234375, 1.2109375), cost 14.77332139",
        "point          (1, 1)",
        "on the grid    (128, 128) / 128",
        f"epochs         {o.epochs}: {o.updates} updates and {o.idles} idles",
        f"checksum       {o.checksum}",
        "target reached: the cost is at or below `target`",
    ):
        assert line in text.splitlines()
    assert "cost           0  (0 / 268435456)" in text


def test_solve_as_json(call):
    o = minimize(Rosenbrock(128), [-158, 155])
    data = json.loads(call("solve", "rosenbrock", "--start=-1.232,1.212", "--json", "--trace"))
    assert (data["start"], data["point"], data["cost"]) == ([-158, 155], o.x, o.cost)
    assert (data["epochs"], data["checksum"], data["status"]) == (o.epochs, o.checksum, o.status)
    assert [epoch["number"] for epoch in data["trace"]] == list(range(1, o.epochs + 1))
    assert sum(epoch["go"] for epoch in data["trace"]) == o.updates
    assert set(data["trace"][0]) >= {"trial", "cost", "epsilon", "compensating", "seconds"}


def test_trace_has_a_line_an_epoch(call):
    o = minimize(Rosenbrock(16), [-20, 19])
    text = call("solve", "rosenbrock", "--qp", "16", "--start=-1.232,1.212", "--trace")
    words = [line.split() for line in text.splitlines()]
    epochs = [w for w in words if len(w) > 2 and w[0].isdigit()]
    assert [int(w[0]) for w in epochs] == list(range(o.epochs + 1))
    assert sum(w[1] == "go" for w in epochs) == o.updates
    assert sum(w[2] == "compensation" for w in epochs) == o.compensations


@pytest.mark.parametrize("problem", ALL)
def test_every_problem_has_its_start(call, problem):
    text = call("solve", problem.name, "--qp", "10", "--max-epochs", "3", "--json")
    data = json.loads(text)
    assert data["problem"] == problem.name and data["epochs"] == 3
    assert data["real_cost"] == pytest.approx(data["cost"] / data["cost_scale"])


def test_settings_arrive(call, monkeypatch):
    seen = {}

    def optimizer(problem, x0, **settings):
        seen.update(settings)
        return Optimizer(problem, x0, **settings)

    monkeypatch.setattr(cli.solve, "Optimizer", optimizer)
    words = ["--n=6", "--qp=1000", "--mode=steepest", "--max-epochs=9", "--target=1e-3"]
    words += ["--radius=3", "--pairs=1", "--polls=5", "--tolerance=7", "--certify"]
    data = json.loads(call("solve", "extended-rosenbrock", "--json", *words))
    assert (data["n"], data["qp"], data["epochs"], data["mode"]) == (6, 1000, 9, "steepest")
    expected = {"mode": "steepest", "max_epochs": 9, "radius": 3, "pairs": 1, "polls": 5}
    assert seen == {**expected, "tolerance": 7, "certify": True, "target": 10**9}


def test_solve_from_fine_to_coarse(call):
    plain = json.loads(call("solve", "wood", "--qp=16", "--refine=0", "--json"))
    words = ["solve", "wood", "--qp=16", "--refine=auto"]
    data = json.loads(call(*words, "--json"))
    assert plain["refine"] == 0 and data["refine"] == 12 and data["qp"] == 65536
    assert data["real_cost"] == 0 and data["point_text"] == ["1"] * 4
    assert "this grid is 2^12 times finer than 16 asked" in call(*words)
    assert json.loads(call(*words[:3], "--refine=3", "--json"))["qp"] == 128


@pytest.mark.parametrize("qp", [16, 256])
def test_solve_refines_by_itself_where_neighbours_end_it(call, qp):
    """Wood's saddle, at 7.9, holds the runs on both grids."""
    words = ["solve", "wood", f"--qp={qp}", "--mode=compensated"]
    data = json.loads(call(*words, "--json"))
    other = data["other"]
    assert data["real_cost"] == 0 and data["qp"] == 65536 == qp << data["refine"]
    assert 7.8 < other["real_cost"] < 8 and (other["refine"], other["qp"]) == (0, qp)
    told = " ".join(call(*words).split())
    assert f"in {other['epochs']} epochs; the one shown is lower." in told
    plain = json.loads(call(*words, "--refine=0", "--json"))
    assert plain["other"] is None and plain["checksum"] == other["checksum"]


def test_solve_shows_the_run_asked_for_where_refining_finds_no_better(call):
    words = ["solve", "brown-dennis", "--qp=16"]
    data = json.loads(call(*words, "--json"))
    assert data["refine"] == 0 and data["other"]["refine"] == 9
    assert data["other"]["real_cost"] == data["real_cost"]
    assert "the one shown is no higher." in " ".join(call(*words).split())
    # where the gradient is 0 nothing is left to find
    assert json.loads(call("solve", "rosenbrock", "--certify", "--json"))["other"] is None


@pytest.mark.parametrize("word", ["x", "-1", "17", "1.5"])
def test_a_bad_refinement(capsys, word):
    assert main(["solve", "wood", f"--refine={word}"]) != 0
    assert "--refine takes a number up to 16, or auto" in capsys.readouterr().err


def test_target_is_a_real_cost(call):
    words = ["solve", "rosenbrock", "--start=-3,-4", "--mode=compensated", "--json", "--target"]
    for target in ("1", "1e-3"):
        data = json.loads(call(*words, target))
        assert data["status_text"].startswith("target") and 0 < data["real_cost"] <= float(target)
    # Between two costs of the grid, the lower one counts: no rounding up.
    cost, scale = data["cost"], data["cost_scale"]
    just_below = f"{(cost - 0.4) / scale:.20f}"
    assert json.loads(call(*words, just_below))["cost"] < cost


def test_plot(call, tmp_path):
    path = tmp_path / "run.png"
    text = call("solve", "beale", "--plot", str(path))
    assert text.endswith(f"The picture is in {path}.\n")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_solve_a_problem_of_ones_own(call, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "class Bowl:\n"
        "    def __init__(self, qp):\n"
        "        self.n = 2\n"
        "    def cost(self, x):\n"
        "        return (x[0] - 3) ** 2 + (x[1] << 1) ** 2\n"
        "    def gradient(self, x):\n"
        "        return [2 * (x[0] - 3), 8 * x[1]]\n"
    )
    picture = tmp_path / "bowl.svg"
    data = json.loads(
        call("solve", str(path), "--qp=10", "--start=2,1", "--json", f"--plot={picture}")
    )
    assert (data["problem"], data["point"], data["cost_scale"]) == ("Bowl", [3, 0], 1)
    assert data["start"] == [20, 10] and b"</svg>" in picture.read_bytes()


# What goes wrong


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "COMMAND"),
        ("solv", "invalid choice: 'solv'"),
        ("solve", "PROBLEM"),
        ("solve banana", "no problem 'banana': there are rosenbrock"),
        ("solve rosenbrock --qp 0", "Qp must be 1 or more, not 0"),
        ("solve rosenbrock --qp many", "--qp"),
        ("solve rosenbrock --qp 1000000", "outside the grid, whose ends are -524287 and 524287"),
        ("solve rosenbrock --start=1", "2 parameters, but --start gives 1"),
        ("solve rosenbrock --start=1,two", "'two' is not a decimal number"),
        ("solve rosenbrock --start -1,2", "write --start=-1,2"),
        ("solve rosenbrock --n 4", "--n is not for it"),
        ("solve extended-rosenbrock --n 3", "not 3"),
        ("solve rosenbrock --mode fast", "unknown mode 'fast'"),
        ("solve rosenbrock --target low", "'low' is not a decimal number"),
        ("solve rosenbrock --target 1e99999", "out of range"),
        ("solve rosenbrock --radius 0", "radius must be 1 or more, not 0"),
        ("solve rosenbrock --max-epochs=-1", "max_epochs must be 0 or more"),
        (
            "solve rosenbrock --plot /no/such/folder/run.png",
            "cannot write /no/such/folder/run.png: there is no",
        ),
        ("solve rosenbrock --plot run.banana", "cannot write run.banana: its name must end in"),
        ("table --repeats 0", "must be 1 or more, not 0"),
        ("lab starts --count=-5", "must be 1 or more, not -5"),
    ],
)
def test_bad_input_gets_one_sentence(capsys, line, sentence):
    assert main(line.split()) == 2
    text, complaint = capsys.readouterr()
    assert text == "" and complaint.startswith("qbfgs: ") and complaint.count("\n") == 1
    assert sentence in complaint and "Errno" not in complaint


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("scipy.optimize", "table --repeats 1"),
        ("threadpoolctl", "table --repeats 1"),
        ("matplotlib.figure", "solve beale --plot beale.png"),
    ],
)
def test_missing_extras_are_named(capsys, monkeypatch, module, line):
    monkeypatch.delitem(sys.modules, "qbfgs_desktop.pictures.plots", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    assert main(line.split()) == 2
    text, complaint = capsys.readouterr()
    package = module.split(".")[0]
    assert text == ""
    assert complaint.startswith(f"qbfgs: {package} is not installed: pip install '{package}>=")
    assert "qbfgs[" not in complaint  # no index has it


def test_other_import_errors_are_not_hidden(monkeypatch):
    monkeypatch.setitem(sys.modules, "qbfgs_desktop.studies.comparison", None)
    with pytest.raises(ImportError):
        main(["lab", "dimensions"])


def test_a_broken_pipe_is_quiet():
    process = subprocess.Popen(
        [sys.executable, "-m", "qbfgs_tools.cli", "solve", "rosenbrock", "--trace"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_interruption_is_quiet(capsys, monkeypatch):
    def interrupt(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.solve, "run", interrupt)
    assert main(["solve", "beale"]) == 130
    assert capsys.readouterr().err == "qbfgs: interrupted\n"


# The tables


def test_table(call):
    words = ("table", "--repeats=1", "--jitter=1")
    text = call(*words)
    data = json.loads(call(*words, "--json"))
    rows = [line.split() for line in text.splitlines() if re.match(r" *\d+ ", line)]
    assert [int(row[0]) for row in rows] == 2 * [16, 32, 64, 128, 256, 512, 1024]
    assert rows[0][:4] == ["16", "1", "20.91852", "fails"]
    assert [row.count("fails") for row in rows] == 3 * [2] + 4 * [0] + 4 * [2] + 3 * [0]
    assert text.count("SciPy BFGS") == text.count("SciPy L-BFGS-B") == 2
    for mode, least in (("compensated", 300), ("newton", 100)):
        total = data["total_epochs"][mode]
        assert f'In all, mode "{mode}": {total} epochs over 14 rows, none failing' in text
        assert total == sum(r[mode]["epochs"] for t in data["tables"] for r in t["rows"])
        assert data["jitter"][mode]["copies"] == 1 and data["jitter"][mode]["median"] > least
    assert text.count("SciPy LM") == 2
    assert "no claim of speed" in text and "qbfgs.modes.paper" in text


def test_table_marks_failures(call, monkeypatch):
    from qbfgs_desktop.studies import paper_tables, robustness

    honest = paper_tables.measure

    def lame(qp, start, mode, repeats):
        return honest(qp, start, "paper" if qp == 16 else mode, repeats)

    monkeypatch.setattr(paper_tables, "measure", lame)

    def all_but_those_on_16(qp, starts, mode):
        return [(5, qp > 16)] * len(starts)

    monkeypatch.setattr(robustness, "epochs_to_zero", all_but_those_on_16)
    text = " ".join(call("table", "--repeats=1", "--jitter=1").split())
    assert "over 14 rows, 2 failing" in text and "2 of 14 runs failing" in text


def test_starts(call):
    words = ("lab", "starts", "--count=2", "--jitter=1", "--seed=3")
    text = call(*words)
    data = json.loads(call(*words, "--json"))
    for mode in ("newton", "compensated"):
        found = data["random"][mode]
        assert [spread["qp"] for spread in found] == [16, 32, 64, 128, 256, 512, 1024]
        assert all(s["runs"] == 2 and s["failures"] == 0 for s in found)
        median = data["jitter"][mode]["median"]
        assert f"median {median:g}, least {median:g}, most {median:g}" in " ".join(text.split())


def test_dimensions(call, monkeypatch):
    from qbfgs_desktop.studies import comparison

    compare = comparison.compare
    cases = [case for case in comparison.CASES if case[0] in ("beale", "powell-singular")]

    def short(make):
        first, *others = compare(make, (16, 64), cases)
        newton, compensated = first.runs
        return [
            first._replace(runs=(newton._replace(optimal=False, distance=7), compensated)),
            *others,
        ]

    monkeypatch.setattr(comparison, "compare", short)
    monkeypatch.setattr(comparison, "CASES", cases)
    monkeypatch.setattr(comparison, "QPS", (16, 64))
    text = call("lab", "dimensions")
    assert re.search(r"powell-singular +16 .* 7  not optimal", text)
    assert "Mode newton: 3 of 4 at the optimum" in text
    assert "Mode compensated: 4 of 4 at the optimum" in text
    assert text.count("Not at the optimum: powell-singular at Qp = 16.") == 1
    data = json.loads(call("lab", "dimensions", "--json"))
    for k, mode in enumerate(("newton", "compensated")):
        runs = [row["runs"][k] for row in data["rows"]]
        assert data["totals"][mode]["epochs"] == sum(run["epochs"] for run in runs)
        assert all(run["best_epoch"] < run["epochs"] for run in runs)
    refined = json.loads(call("lab", "dimensions", "--refine", "--json"))
    assert refined["plain"] == data["totals"]
    assert refined["totals"]["newton"]["cases"] == 4 and refined["rows"] != data["rows"]
    text = call("lab", "dimensions", "--refine")
    assert "Without refinement, mode newton: 3 of 4 at the optimum" in text


def test_dimensions_of_many_parameters(call, monkeypatch):
    from qbfgs_desktop.studies import large

    rows = list(large.compare([case for case in large.CASES if case[1] == 10], (64,)))
    monkeypatch.setattr(large, "compare", lambda: rows)
    monkeypatch.setattr(large, "CASES", rows)
    monkeypatch.setattr(large, "QPS", (64,))
    text = call("lab", "dimensions", "--large")
    data = json.loads(call("lab", "dimensions", "--large", "--json"))["rows"]
    assert [row["label"] for row in data] == [row.label for row in rows]
    for row in rows:
        assert re.search(rf"{row.label} +10 +64 +{row.limited.near} +{row.limited.epochs} ", text)


def test_operators(call, monkeypatch):
    monkeypatch.setattr(operators_table, "SIZES", (2,))
    data = json.loads(call("lab", "operators", "--json"))
    assert list(data["costs"]) == ["newton", "compensated"] == [s["mode"] for s in data["solves"]]
    newton, compensated = data["solves"]
    assert 0 < newton["updates"] < newton["epochs"] < compensated["epochs"]
    assert compensated["operators"] > 200 * compensated["epochs"] and newton["operators"] > 0
    costs = {cost["kind"]: cost for cost in data["costs"]["compensated"]}
    assert list(costs) == ["go", "main idle", "compensation idle"]
    o = minimize(Rosenbrock(256), [-307, 256], mode="compensated", certify=True)
    assert costs["go"]["epochs"] == o.updates
    assert costs["main idle"]["epochs"] + costs["compensation idle"]["epochs"] == o.idles
    for cost in costs.values():
        mean = dict(cost["mean"])
        mean.pop("compare")
        assert cost["total"] == pytest.approx(sum(mean.values())) and cost["total"] <= cost["most"]
        assert cost["to_go"] == pytest.approx(cost["total"] / costs["go"]["total"])
    text = call("lab", "operators")
    assert re.search(rf"^ *2 +go +{o.updates} ", text, re.M)


def test_operators_of_mode_limited_grow_as_n(call, monkeypatch):
    monkeypatch.setattr(operators_table, "LIMITED_SIZES", (10, 20))
    data = json.loads(call("lab", "operators", "--limited", "--json"))
    (costs,) = data["costs"].values()
    few, many = (sum(c["epochs"] * c["total"] for c in costs if c["n"] == n) for n in (10, 20))
    assert 1.5 * few < many < 2.2 * few


# Help and layout


@pytest.mark.parametrize(
    "command", ["table", "solve", "lab starts", "lab dimensions", "lab operators"]
)
def test_help_has_an_example(capsys, command):
    assert main([*command.split(), "--help"]) == 0
    text = capsys.readouterr().out
    assert "example:\n  qbfgs " + command in text and "--json" in text
    assert max(map(len, text.splitlines())) <= 100


def test_help_lists_the_commands(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for module in cli.COMMANDS:
        assert module.__doc__.split("`")[1].split()[1] in text
    assert text.count("\n") <= 40  # one screen


TABLE = Table(
    "Fruit",
    ("<name", "n", "cost", ""),
    [("apple", "1", "0.5", ""), ("fig", "100", "2", Bad("fails"))],
    (("", 1), ("quantities", 3)),
)


def test_layout():
    stream = io.StringIO()
    output.emit(Report([TABLE, "A note."], {}), False, stream)
    assert stream.getvalue().splitlines() == [
        "Fruit",
        "           quantities",
        "name      n  cost",
        "apple     1   0.5",
        "fig     100     2  fails",
        "",
        "A note.",
    ]


def test_a_terminal_gets_colours_and_the_same_text(monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    report = Report([TABLE, Bad("A warning.")], {})
    pipe, terminal, poor = io.StringIO(), Terminal(), Terminal()
    output.emit(report, False, pipe)
    output.emit(report, False, terminal)
    assert "\x1b[31m" in terminal.getvalue() and "\x1b" not in pipe.getvalue()
    bare = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())
    assert [line.rstrip() for line in bare.splitlines()] == pipe.getvalue().splitlines()
    monkeypatch.setitem(sys.modules, "rich.console", None)  # as if it were not installed
    output.emit(report, False, poor)
    assert poor.getvalue() == pipe.getvalue()


def test_numbers():
    texts = [output.number(v) for v in (0, 1e-30, 0.12345, 20, None)]
    assert texts == ["0", "1e-30", "0.1235", "20", "-"]


def test_without_the_packages_of_the_tools_it_starts_and_says_which_is_missing(tmp_path):
    (tmp_path / "r.csv").write_text("t,y\n0,9\n1,5.1\n2,2.9\n3,1.8\n4,1\n5,0.6\n")
    code = "import sys\nfrom qbfgs_tools.terminal.packages import PACKAGES\n"
    code += "sys.modules.update(dict.fromkeys((*PACKAGES, 'rich')))\n"
    code += "from qbfgs_tools.cli import main\nsys.exit(main(sys.argv[1:]))\n"
    words = [sys.executable, "-c", code, "fit", "r.csv", "--model", "decay", "--target", "y"]
    run = partial(subprocess.run, cwd=tmp_path, capture_output=True, text=True, check=False)
    done = run(words)
    assert done.returncode == 0 and "Converged" in done.stdout, done.stderr
    done = run([*words, "--plot", "r.svg"])
    assert done.returncode == 2 and "matplotlib is not installed: pip install" in done.stderr
