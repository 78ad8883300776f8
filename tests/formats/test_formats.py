"""The specimens are what docs/formats.md says, byte by byte, and the library reads them too.

What is parsed here is parsed by the page: tables are read from it, and nothing of the library
takes part until a specimen is read a second time.
"""

import ast
import binascii
import importlib.util
import io
import json
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from qbfgs import Optimizer, checkpoints
from qbfgs.data import DataFile
from qbfgs.modes import MODES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = (ROOT / "docs" / "formats.md").read_text()


def loaded_make():
    spec = importlib.util.spec_from_file_location("formats_make", HERE / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = loaded_make()


def text_of(name):
    return (HERE / name).read_text(encoding="utf-8")


def bytes_of(name):
    return bytes.fromhex(text_of(name))


def table(section, heading):
    """The rows of a table of the page, lists of cells; heading: of its first column."""
    rows, inside = [], False
    for line in PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0].splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == heading:
            inside = True
        elif inside and set(line) - {"|", "-", " "}:
            rows.append(cells)
    assert rows
    return rows


def crc16(data):
    """CRC-16/CCITT-FALSE, a bit at a time."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (0x11021 if crc & 0x8000 else 0)
    return crc


def little(data):
    return int.from_bytes(data, "little")


def test_specimens_are_what_the_code_writes():
    for module in ("rich", "sklearn", "scipy", "threadpoolctl"):
        pytest.importorskip(module)
    made = MAKE.made()
    committed = {path.name for path in HERE.iterdir() if path.suffix in (".hex", ".txt", ".json")}
    assert committed == {*made, "job.txt"}
    for name, text in made.items():
        there = text_of(name)
        if name == "sweep-npz.hex":  # what stands in the headers of a ZIP depends on the Python
            text, there = (entries(bytes.fromhex(of)) for of in (text, there))
        assert text == there, f"{name}: if that is meant: python tests/formats/make.py"


# Checkpoints


def numbers_of(data):
    """The numbers in bytes, as the page says."""
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value - (1 << shift) if byte & 64 else value)
            value = shift = 0
    assert shift == 0
    return found


def unpacked(data):
    """The numbers of a checkpoint."""
    assert data[:5] == b"qbfgs" and data[5] == 4
    assert little(data[6:10]) == len(data) - 12
    assert crc16(data[:-2]) == int.from_bytes(data[-2:], "big") and crc16(data) == 0
    return numbers_of(data[10:-2])


CLASSES = {
    "compensated": "Compensated",
    "paper": "Paper",
    "steepest": "Steepest",
    "fixed-rate": "FixedRate",
    "limited": "Limited",
    "newton": "Newton",
}


def parsed(numbers):
    """(settings, [(part, {name: values})]) of a checkpoint's numbers, by the page's table."""
    names = ("label", "mode", "n", "max_epochs", "pairs", "flags", "target")
    names += ("tolerance", "measuring")
    settings = dict(zip(names, numbers, strict=False))
    rest = numbers[9:]
    listed = re.search(r"`qbfgs.modes.MODES`:\s+(.*?);", PAGE, re.DOTALL)[1].replace("\n", " ")
    modes = {int(k): mode for mode, k in re.findall(r"([\w-]+) (\d)", listed)}
    rule = CLASSES[modes[settings["mode"]]]
    n, refine, bounds = settings["n"], settings["flags"] >> 2, settings["flags"] & 2
    kept = settings["pairs"] or (8 if rule == "Limited" else 2 if n < 3 else 4)
    w = min(n, 16)
    sizes = {"n": n, "P": kept, "W": w, "C": min(2 * n, 32)}
    sizes["R"] = (124, 120, 124, 80)[n - 1] if n <= 4 else w * (w + 2)
    rows = {part: (fields, parts) for part, fields, parts in table("Checkpoint", "part")}
    line, found = ["Optimizer"], []
    for part in line:  # it grows while it is walked
        fields, parts = rows[part]
        values = {}
        for field in fields.split(", ") if fields else ():
            name, _, size = field.partition(": ")
            count = eval(size, {}, sizes) if size else 1
            values[name], rest = rest[:count], rest[count:]
            assert len(values[name]) == count
        found.append((part, values))
        if part == "Optimizer":
            line += ["Position", "Refined" if refine else rule]
            line += ["Measuring"] if settings["measuring"] else []
        elif part == "Measuring":
            line += ["Differences", "Noise"][: settings["measuring"]]
        elif part == "Position":
            line += ["Box"] if bounds or refine else []
        elif part == "Refined":
            line.append(rule)
        elif parts:
            line += parts.split(", ")
    assert rest == []
    return settings, found


def flat(value):
    if isinstance(value, list | tuple):
        return [int(item) for part in value for item in flat(part)]
    return [int(value)]


@pytest.mark.parametrize("name", MAKE.RUNS)
def test_a_checkpoint(name):
    data = bytes_of(f"checkpoint-{name}.hex")
    settings, parts = parsed(unpacked(data))
    problem, optimizer = MAKE.run(name)
    wanted = {
        "label": MAKE.LABEL,
        "mode": MODES.index(optimizer.mode),
        "n": optimizer.n,
        "max_epochs": optimizer.max_epochs,
        "pairs": optimizer.pairs or 0,
    }
    assert wanted.items() <= settings.items()
    assert settings["flags"] & 1 == (optimizer.target is not None)
    assert settings["target"] == (optimizer.target or 0)
    # the library reads it, and has in each part what the page finds there
    read = checkpoints.load(data, problem, MAKE.LABEL)
    objects = checkpoints._parts(read)
    assert [type(part).__name__ for part in objects] == [part for part, _ in parts]
    for part, (_, values) in zip(objects, parts, strict=True):
        assert {name: flat(getattr(part, name)) for name in values} == values
    assert dict(parts)["Optimizer"]["epochs"] == [optimizer.epochs]
    for one in (optimizer, read):
        while one.step():
            pass
    assert (read.x, read.epochs, read.checksum) == (
        optimizer.x,
        optimizer.epochs,
        optimizer.checksum,
    )


def test_every_mode_is_in_the_page_and_has_a_specimen():
    assert set(CLASSES) == set(MODES)
    assert {MAKE.run(name)[1].mode for name in MAKE.RUNS} == set(MODES)
    listed = {part for part, _, _ in table("Checkpoint", "part")}
    found = {part for name in MAKE.RUNS for part, _ in parsed_of(name)}
    assert found == listed


def parsed_of(name):
    return parsed(unpacked(bytes_of(f"checkpoint-{name}.hex")))[1]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 16, 17, 40])
@pytest.mark.parametrize("mode", MODES)
def test_the_page_counts_the_numbers_of_any_size(mode, n):
    class Bowl:
        def cost(self, x):
            return sum(v * v for v in x)

        def gradient(self, x):
            return [2 * v for v in x]

        def hessian(self, x):
            return [2 * (i == j) for i in range(n) for j in range(i + 1)]

    optimizer = Optimizer(Bowl(), [16] * n, mode=mode)
    numbers = unpacked(bytes(checkpoints.dump(optimizer)))
    objects = checkpoints._parts(optimizer)
    for part, (_, values) in zip(objects, parsed(numbers)[1], strict=True):
        assert {name: flat(getattr(part, name)) for name in values} == values


def damaged_checkpoints():
    good = bytes_of("checkpoint-compensated.hex")

    def sealed(data):
        body = data[:-2]
        return body + crc16(body).to_bytes(2, "big")

    return {
        "no checkpoint": (b"QBFGS" + good[5:], 0),
        "version 5": (sealed(good[:5] + b"\x05" + good[6:]), 0),
        "bytes instead of": (good + b"\0", 0),
        "damaged": (good[:40] + bytes([good[40] ^ 1]) + good[41:], 0),
        "another problem": (good, MAKE.LABEL + 1),
    }


@pytest.mark.parametrize("said", damaged_checkpoints())
def test_a_checkpoint_that_is_refused(said):
    data, label = damaged_checkpoints()[said]
    with pytest.raises(ValueError, match=said):
        checkpoints.load(data, MAKE.run("compensated")[0], label or MAKE.LABEL)


def test_a_checkpoint_file_of_a_board():
    from qbfgs_desktop.boards import replay
    from qbfgs_desktop.boards.report import Reader

    data = bytes_of("board-checkpoint.hex")
    assert data[:4] == b"qbf2" and little(data[4:8]) == 2 and crc16(data) == 0
    settings, parts = parsed(unpacked(data[8:-2]))
    label = settings["label"]
    text = label.to_bytes((label.bit_length() + 7) // 8, "little").decode()
    assert text == "rosenbrock,compensated,16,,,,,-20,19"
    epochs = dict(parts)["Optimizer"]["epochs"][0]
    header = Reader().feed(text_of("report.txt").encode())[0]
    assert replay.resume(header, data).epochs == epochs == 16


# Data files


def test_a_data_file():
    data = bytes_of("data.hex")
    assert data[:4] == b"qbfd" and data[4] == 1
    columns, rows, start = data[5], little(data[6:10]), little(data[10:12])
    place, found = 12, []

    def text():
        nonlocal place
        end = place + 1 + data[place]
        place, piece = end, data[place + 1 : end]
        return piece.decode()

    for _ in range(columns):
        width, decimals = data[place], data[place + 1]
        place += 2
        name = text()
        labels = data[place]
        place += 1
        found.append((width, decimals, name, [text() for _ in range(labels)]))
    assert place + 2 == start and crc16(data[:start]) == 0
    place, values = start, []
    for _ in range(rows):
        row = []
        for width, *_ in found:
            row.append(int.from_bytes(data[place : place + width], "little", signed=True))
            place += width
        values.append(row)
    assert place + 2 == len(data) and crc16(data[start:]) == 0
    said = [line.split(",") for line in MAKE.CLASSES.splitlines()]
    assert [name for _, _, name, _ in found] == said[0]
    assert [
        [
            labels[v] if labels else str(v) if decimals == 0 else f"{v / 10**decimals:.2f}"
            for v, (_, decimals, _, labels) in zip(row, found, strict=True)
        ]
        for row in values
    ] == said[1:]
    # the library
    file = DataFile(io.BytesIO(data))
    assert (file.columns, file.rows) == (columns, rows)
    read = [
        (w, d, name, labels)
        for w, d, name, labels in zip(
            file.widths, file.decimals, file.names, file.labels, strict=True
        )
    ]
    assert read == found
    row, got = [0] * columns, []
    while file.read(row):
        got.append(list(row))
    assert got == values


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (0, 0, "no data file"),
        (4, 2, "version 2"),
        (20, 7, "CRC of its header"),
        (-3, 7, "its rows"),
    ],
)
def test_a_data_file_that_is_refused(place, value, said):
    data = bytearray(bytes_of("data.hex"))
    data[place] = value
    with pytest.raises(ValueError, match=said):
        DataFile(io.BytesIO(data))
    with pytest.raises(ValueError, match="cut short"):
        DataFile(io.BytesIO(bytes_of("data.hex")[:-1]))


# Reports and traces


def records():
    """[(kind, {field: value})] of the report, x a list."""
    kinds = {kind: fields.split(", ") for kind, fields in table("Serial report", "kind")}
    found = []
    for line in text_of("report.txt").splitlines():
        body, crc = re.fullmatch(r"\$(Q,[^$*]*)\*([0-9A-F]{4})", line).groups()
        assert crc16(body.encode()) == int(crc, 16) and body.isprintable() and body.isascii()
        _, kind, rest = body.split(",", 2)
        names = kinds[kind]
        if names[-1] == "sentence":
            code, sentence = rest.split(",", 1)
            found.append((kind, {"code": int(code), "sentence": sentence}))
            continue
        fields = rest.split(",")
        fixed = [name for name in names if name != "x..."]
        words = {"problem", "mode"}
        values = {
            name: field if name in words else int(field) if field else None
            for name, field in zip(fixed, fields, strict=False)
        }
        if names[-1] == "x...":
            values["x"] = [int(field) for field in fields[len(fixed) :]]
            assert len(values["x"]) == 2
        else:
            assert len(fields) == len(fixed)
        found.append((kind, values))
    return found


def fed(checksum, word):
    checksum ^= word % (1 << 30)
    return checksum % (1 << 15) * 31185 + (checksum >> 15)


def checksum_of(evaluations):
    """That of (kind, x, cost) one after the other, by the page."""
    checksum = 0
    for kind, x, cost in evaluations:
        words = [kind, *x]
        while not -(2**29) <= cost < 2**29:
            words.append(cost % (1 << 29))
            cost >>= 29
        for word in [*words, cost]:
            checksum = fed(checksum, word)
    return checksum


def whole_run():
    """(H, the epochs, F) of the run that a checkpoint carried on, and what the report has else."""
    found = records()
    assert {kind for kind, _ in found} == {kind for kind, _ in table("Serial report", "kind")}
    cuts = [k for k, (kind, _) in enumerate(found) if kind == "H"]
    first, second = found[: cuts[1]], found[cuts[1] :]
    resumed = second[0][1]["resumed"]
    epochs = [e for kind, e in first if kind == "E" and e["epoch"] <= resumed]
    epochs += [e for kind, e in second if kind == "E"]
    return first[0][1], epochs, next(f for kind, f in second if kind == "F"), found


def test_a_report():
    header, epochs, end, found = whole_run()
    assert header["format"] == 2 and header["n"] == 2 and header["x"] == epochs[0]["x"]
    assert [e["epoch"] for e in epochs] == list(range(end["epochs"] + 1))
    kinds = [e["kind"] for e in epochs[1:]]
    assert sum(kind & 1 for kind in kinds) == end["updates"]
    assert sum(not kind & 1 for kind in kinds) == end["idles"]
    assert sum(kind & 2 > 0 for kind in kinds) == end["compensations"]
    assert checksum_of((e["kind"], e["x"], e["cost"]) for e in epochs) == end["checksum"]
    for e in epochs:
        x, y = e["x"]
        u = 16 * y - x * x
        assert e["cost"] == (16 * (16 - x)) ** 2 + 100 * u * u
    assert [c["file"] for kind, c in found if kind == "C"] == [0, 1, 0, 1]
    assert [w["code"] for kind, w in found if kind in "WX"] == [5, 1]


def test_the_library_reads_the_report():
    from qbfgs_desktop.boards.replay import replay
    from qbfgs_desktop.boards.report import Reader

    reader = Reader()
    read = reader.feed(text_of("report.txt").encode())
    assert len(read) == len(records()) and reader.damaged == 0
    verdict = replay(read[:-1])
    assert verdict.equal and verdict.runs == 2
    for line in (b"$Q,H,2,p,m,1,1,1,,,,,,,5", b"$Q,Z,1", b"$Q,E,1,9,,,,3,4"):
        other = line + b"*%04X\n" % crc16(line[1:])
        assert reader.feed(b"noise " + other) == []
    assert reader.damaged == 3
    assert len(reader.feed(b"noise " + text_of("report.txt").encode())) == len(read)


def test_a_trace():
    _, evaluations, final, _ = whole_run()
    *lines, last = text_of("trace.txt").splitlines()
    assert last == f"end {len(lines)}"
    label = ["rosenbrock", "16"]
    tried = {e["epoch"]: e for e in evaluations}
    best = list(tried[0]["x"]), tried[0]["cost"]
    counts = [0, 0, 0]
    for number, line in enumerate(lines[:-1], 1):
        words = line.split(" ")
        assert words[:2] == label
        epoch, updates, idles, compensations, *rest = map(int, words[2:])
        kind = tried[number]["kind"]
        counts = [counts[0] + (kind & 1), counts[1] + (1 - kind & 1), counts[2] + (kind >> 1)]
        assert [epoch, updates, idles, compensations] == [number, *counts]
        if kind & 1:
            best = tried[number]["x"], tried[number]["cost"]
        assert (rest[:2], rest[4]) == best
        assert rest[2:4] == tried.get(number + 1, tried[number])["x"]
    names = ("status", "epochs", "updates", "idles", "compensations")
    result = [final[name] for name in names] + final["x"] + [final["cost"], final["checksum"]]
    assert lines[-1].split(" ") == [*label, "done", *map(str, result)]


# Jobs


def test_a_job_file(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "firmware")
    from qbfgs_board import job
    from qbfgs_board.report import Failure

    keys = {name for row in table("Job file", "key") for name in row[0].split(", ")}
    found = {}
    for line in text_of("job.txt").splitlines():
        words = line.split("#")[0].split()
        if words:
            assert words[0] not in found
            found[words[0]] = words[1:]
    assert set(found) == keys == set(job._KEYS)
    read = job.read(HERE / "job.txt")
    for key, words in found.items():
        value = read[key] if isinstance(read[key], list) else [read[key]]
        assert [str(v) for v in value] == words
    for wrong in ("colour red", "qp 16\nqp 16", "qp x", "problem a\nqp 1\nn 0"):
        path = HERE / "none"
        monkeypatch.setattr("builtins.open", lambda *_, text=wrong: io.StringIO(text))
        with pytest.raises(Failure):
            job.read(path)


# Models


@pytest.mark.parametrize("name", ["model-number.json", "model-classes.json"])
def test_a_model(name, tmp_path):
    from qbfgs_desktop.fits import learned

    found = json.loads(text_of(name))
    assert list(found) == [row[0] for row in table("Model", "key")]
    assert found["format"] == "qbfgs model 2"
    assert all(type(v) is int for v in [found["qp"], *found["x"]])
    keys = {"name", "decimals", "origin", "labels", "shift", "factor", "drop", "most"}
    for column in [*found["inputs"], found["target"]]:
        assert set(column) == keys
        assert all(type(column[key]) is int for key in keys - {"name", "origin", "labels"})
        assert column["origin"] == "0"
    if name == "model-number.json":
        # the line that the rows were made with, by the page's scaling
        (a, b), source, target = found["x"], found["inputs"][0], found["target"]
        scaled = (6 * 10 ** source["decimals"] - source["shift"]) * source["factor"]
        scaled = scaled / 2 ** source["drop"]
        value = (a * scaled / found["qp"] + b / found["qp"] * 2**26) * 2 ** target["drop"]
        value = (value / target["factor"] + target["shift"]) / 10 ** target["decimals"]
        assert abs(value - (20 + 3 * 6 / 10 + 0.1)) < 0.05
    assert learned.load(HERE / name) == found
    path = tmp_path / "other.json"
    path.write_text(json.dumps({**found, "more": 1}))
    assert learned.load(path)["x"] == found["x"]
    for wrong in ("{", json.dumps({**found, "format": "qbfgs model 9"}), "[]"):
        path.write_text(wrong)
        with pytest.raises(ValueError):
            learned.load(path)


# Sweeps

TYPES = {
    "int32": ("<i4", "i"),
    "double": ("<f8", "d"),
    "uint8": ("|u1", "B"),
    "uint32": ("<u4", "I"),
}
CASES, STARTS, N = 4, 3, 2


def entries(data):
    """{name: (descr, shape, bytes of the items)} of an NPZ file, in its order."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            member = archive.read(info)
            assert member[:8] == b"\x93NUMPY\x01\x00"
            end = 10 + little(member[8:10])
            header = ast.literal_eval(member[10:end].decode())
            assert header["fortran_order"] is False
            found[info.filename.removesuffix(".npy")] = (
                header["descr"],
                header["shape"],
                member[end:],
            )
    return found


def test_the_file_of_a_sweep(tmp_path):
    found = entries(bytes_of("sweep-npz.hex"))
    rows = table("Sweep", "entry")
    assert list(found) == [row[0] for row in rows]
    arrays = {}
    for name, kind, shape in rows[1:]:
        descr, letter = TYPES[kind]
        whole = (CASES, STARTS, N) if shape.endswith("n") else (CASES, STARTS)
        assert found[name][:2] == (descr, whole)
        count = len(found[name][2]) // struct.calcsize(letter)
        arrays[name] = struct.unpack(f"<{count}{letter}", found[name][2])
        assert count == CASES * STARTS * (N if shape.endswith("n") else 1)
    descr, shape, data = found["plan"]
    text = data.decode("utf-32-le")
    assert shape == () and descr == f"<U{len(text)}"
    plan = json.loads(text)
    assert list(plan) == [row[0] for row in table("Sweep", "key")]
    assert text == text_of("sweep-plan.json")
    assert plan["qps"] == [16, 1000] and len(plan["modes"]) == 2
    for k in range(CASES * STARTS):
        qp = plan["qps"][k // STARTS // 2]
        x, y = (v / qp for v in arrays["x"][2 * k : 2 * k + 2])
        assert arrays["cost"][k] == pytest.approx((1 - x) ** 2 + 100 * (y - x * x) ** 2, rel=1e-9)
        assert arrays["updates"][k] + arrays["idles"][k] == arrays["epochs"][k]
    # the library
    from qbfgs_desktop.sweep import results

    path = tmp_path / "sweep.npz"
    path.write_bytes(bytes_of("sweep-npz.hex"))
    file = results.SweepFile(path)
    assert file.plan.json() == text
    for name, values in arrays.items():
        assert tuple(file.array(name).ravel().tolist()) == values
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("start.npy", b"")
    with pytest.raises(ValueError, match="no file of a sweep"):
        results.SweepFile(path)


def test_a_chunk_of_a_sweep(tmp_path):
    from qbfgs_desktop.sweep import journal, plan

    data, crc = bytes_of("sweep-chunk.hex")[:-4], bytes_of("sweep-chunk.hex")[-4:]
    text = text_of("sweep-plan.json")
    whole = text.encode() + (0).to_bytes(8, "little") + data
    assert zlib.crc32(whole) == binascii.crc32(whole) == little(crc)
    letters = "".join(
        f"{N if shape.endswith('n') else 1}{TYPES[kind][1]}"
        for _, kind, shape in table("Sweep", "entry")[1:]
    )
    runs = list(struct.iter_unpack("<" + letters, data))
    found = entries(bytes_of("sweep-npz.hex"))
    assert len(runs) == json.loads(text)["chunk"] == 2
    starts = struct.unpack("<4i", found["start"][2][:16])
    assert [v for run in runs for v in run[:2]] == list(starts)
    # the library
    book = journal.Journal(tmp_path / "sweep.npz", plan.from_json(text))
    assert (book.folder / "plan.json").read_text() == text
    (book.folder / "00000000").write_bytes(bytes_of("sweep-chunk.hex"))
    assert book.get(0, 2).tobytes() == data
    (book.folder / "00000000").write_bytes(data + bytes(4))
    assert book.get(0, 2) is None
    (book.folder / "plan.json").write_text(text.replace("1000", "1001"))
    with pytest.raises(journal.OtherPlan):
        journal.Journal(tmp_path / "sweep.npz", plan.from_json(text))
