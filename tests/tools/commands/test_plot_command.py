"""`qbfgs plot`, as its users meet it."""

import pytest

from qbfgs_tools.cli import main

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """The file of a small sweep from a regular grid of starts."""
    path = tmp_path_factory.mktemp("plot") / "grid.npz"
    words = ["sweep", "rosenbrock", "--grid=3", "--qp=16,32", "--target=0", "--workers=1"]
    assert main([*words, "--mode=compensated", f"--out={path}"]) == 0
    return path


@pytest.mark.parametrize("kind", ["basins", "epochs", "idles"])
def test_a_file_is_drawn(grid, tmp_path, capsys, kind):
    path = tmp_path / "a.svg"
    assert main(["plot", kind, f"--from={grid}", f"--out={path}"]) == 0
    assert capsys.readouterr().out == f"The picture is in {path}.\n"
    first = path.read_bytes()
    assert first.startswith(b"<?xml") and b"</svg>" in first
    assert main(["plot", kind, f"--from={grid}", f"--out={path}"]) == 0
    assert path.read_bytes() == first


def test_basins_of_another_grid(grid, tmp_path):
    for qp in (16, 32):
        out = tmp_path / f"{qp}.svg"
        assert main(["plot", "basins", f"--from={grid}", f"--qp={qp}", f"--out={out}"]) == 0
    assert (tmp_path / "16.svg").read_bytes() != (tmp_path / "32.svg").read_bytes()


def test_trajectories_of_a_problem_and_start(tmp_path):
    out = tmp_path / "a.png"
    words = ["--problem=beale", "--qp=32", "--start=1,1.5", f"--out={out}"]
    assert main(["plot", "trajectories", *words]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_boards_of_a_bench_file(tmp_path):
    file = tmp_path / "bench.csv"
    file.write_text(
        "n,where,build,subject,quantity,value,unit\n2,Unix,native,word core,epoch,50,us\n"
    )
    assert main(["plot", "boards", f"--from={file}", f"--out={tmp_path / 'a.svg'}"]) == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("walls", "invalid choice: 'walls'"),
        ("costs --from=a.npz", "--from is not for costs, but for basins, epochs, idles, boards"),
        ("epochs --start=1,1", "--start is not for epochs"),
        ("basins --from=nowhere.npz", "cannot read nowhere.npz: No such file"),
        ("boards --from=nowhere.csv", "qbfgs lab bench makes one"),
        ("basins --from=GRID --qp=5", "no Qp of 5: it has 16, 32"),
        ("basins --qp=16", "--from names"),
        ("boards --from=GRID", "is no file of qbfgs lab bench"),
        ("epochs --from=TEXT", "is no file of a sweep"),
        ("trajectories --problem=wood", "of two parameters"),
        ("trajectories --problem=banana", "no problem 'banana'"),
        ("trajectories --start=1,b", "'b' is not a decimal number"),
        ("trajectories --start=1", "of two parameters"),
    ],
)
def test_bad_input_gets_one_sentence(capsys, tmp_path, grid, words, sentence):
    capsys.readouterr()
    (tmp_path / "text").write_text("words")
    words = words.replace("GRID", str(grid)).replace("TEXT", str(tmp_path / "text")).split()
    assert main(["plot", *words, f"--out={tmp_path / 'a.svg'}"]) == 2
    text, complaint = capsys.readouterr()
    assert text == "" and complaint.count("\n") == 1 and sentence in complaint
    assert not (tmp_path / "a.svg").exists()


@pytest.mark.parametrize("out", ["no/a.svg", "a.banana"])
def test_places_that_cannot_be_drawn_to(capsys, tmp_path, out):
    assert main(["plot", "costs", f"--out={tmp_path / out}"]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_help(capsys):
    assert main(["plot", "--help"]) == 0
    text = capsys.readouterr().out
    assert "example:\n  qbfgs plot" in text and max(map(len, text.splitlines())) <= 100
