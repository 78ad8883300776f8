"""No model file makes `qbfgs predict` fail in any way but with a sentence, or take long."""

import copy
import json
import os
import random
import re
from argparse import Namespace

import numpy as np
import pytest

from qbfgs.models.recipes import NAMES, parse
from qbfgs_desktop.fits import datasets, fitting, learned, schema
from qbfgs_tools.commands import predict
from qbfgs_tools.terminal.arguments import UserError

COUNT = int(os.environ.get("QBFGS_FUZZ", 1500))
RECIPES = (
    *("linear", "poly:2", "exp", "saturation", "logistic+1024", "softmax", "mlp:3", "mlp:2+16"),
    *("sphere", "ellipsoid", "tilted"),
)
ROWS = 24
HOSTILE = (
    *(None, True, False, -1, 0, 1, 2, 3, 1.5, -0.0, float("nan"), float("inf"), 1e308),
    *(63, 64, 126, 255, 256, 65536, 65537, 2**19, 2**29, 2**30, 2**62, -(2**63), 10**400),
    *("", "x", "1", "\0", "\ud800", "\u202e", "[/x]", "n" * 300, "poly:9", "poly:999999999999"),
    *("mlp:62", "mlp:63", "mlp:9+99999999999", "poly:" + "9" * 5000, "linear+1", "softmax"),
    *([], {}, [[]], [0] * 10, [0] * 70000, ["a", "a"], ["a", "b"], {"name": "a"}),
)


def table(recipe, rng):
    """Columns of texts that a recipe can learn from."""
    t = np.linspace(0, 9, ROWS).round(2)
    places = rng.normal(size=(ROWS, 3))
    places /= np.linalg.norm(places, axis=1)[:, None]
    name = parse(recipe)[0]
    if name in ("sphere", "ellipsoid", "tilted"):
        columns = dict(zip("xyz", ((places * (48, 50, 42)) + (12, -6, 3)).round(1).T, strict=True))
    elif name in ("logistic", "softmax") or recipe == "mlp:2+16":
        kinds = np.arange(ROWS) % (2 if name == "logistic" else 3)
        columns = {"a": (kinds + places[:, 0]).round(2), "b": (t - kinds).round(2)}
        columns["v"] = np.array(["red", "green", "blue"])[kinds]
    else:
        columns = {"t": t, "v": (3 + 9 * np.exp(-t / 3) + places[:, 0] / 10).round(2)}
    return columns


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """{recipe: (description, path of a CSV file)}."""
    folder = tmp_path_factory.mktemp("models")
    made = {}
    for k, recipe in enumerate(RECIPES):
        columns = table(recipe, np.random.default_rng(k))
        path = folder / f"{k}.csv"
        rows = zip(*columns.values(), strict=True)
        path.write_text("\n".join(",".join(map(str, row)) for row in (columns, *rows)) + "\n")
        target = "v" if "v" in columns else None
        dataset = datasets.load(path, None, target, recipe.startswith(("logistic", "softmax")))
        task = fitting.task(recipe, dataset, max_epochs=30)
        described = learned.describe(task, fitting.run(task, 64))
        made[recipe] = json.loads(json.dumps(described)), path
    assert {parse(recipe)[0] for recipe in made} == set(NAMES)
    return made


def predicted(model, csv):
    """The report on a model file, or the sentence that refuses it."""
    arguments = Namespace(formula=None, model=model, file=csv, out=None)
    try:
        return predict.run(arguments)
    except UserError as error:
        text = str(error)
        assert 10 < len(text) < 600 and "\n" not in text
        return text


def nodes(value, path=()):
    """The paths of all values in JSON."""
    yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nodes(item, (*path, key))


def inside(value, path):
    for key in path:
        value = value[key]
    return value


def mutated(described, others, rng):
    """The text of a model with something wrong in it."""
    described = copy.deepcopy(described)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        paths = [path for path in nodes(described) if path]
        *path, key = rng.choice(paths)
        try:
            place = inside(described, path)
            value = place[key]
        except (LookupError, TypeError):
            continue
        kind = rng.randrange(6)
        if kind == 0:
            del place[key]
        elif kind == 1 and type(value) is int:
            place[key] = rng.choice((value + 1, value - 1, -value, value << rng.randrange(40)))
        elif kind == 2 and isinstance(value, list):
            place[key] = rng.choice((value * 2, value[:-1], value[::-1], value + [0]))
        elif kind == 3:
            place[key] = copy.deepcopy(inside(described, rng.choice(paths[:40])))
        elif kind == 4:
            other = rng.choice(others)
            name = rng.choice(sorted(other))
            described[name] = copy.deepcopy(other[name])
        else:
            place[key] = copy.deepcopy(rng.choice(HOSTILE))
    text = json.dumps(described)
    if rng.random() < 0.1:
        at = rng.randrange(len(text))
        other = text[:at] + rng.choice('0[{}"],\\\x00') + text[at + 1 :]
        text = rng.choice((text[:at], other, "[" * 10**5 + text))
    return text


def test_the_models_that_are_written_are_models(models, tmp_path):
    for recipe, (described, csv) in models.items():
        learned.save(described, tmp_path / "model.json")
        assert learned.load(tmp_path / "model.json") == described
        assert len(predicted(tmp_path / "model.json", csv).data["predictions"]) == ROWS, recipe


def test_no_model_file_ends_in_a_traceback(models, tmp_path):
    rng = random.Random(17)
    path = tmp_path / "model.json"
    others = [described for described, _ in models.values()]
    refused = 0
    for _ in range(COUNT):
        described, csv = models[rng.choice(RECIPES)]
        path.write_text(mutated(described, others, rng), errors="surrogatepass")
        refused += isinstance(predicted(path, csv), str)
    print(f"{COUNT} model files, {refused} refused")
    assert COUNT // 2 < refused < COUNT


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"qp": 0}, "qp must be a whole number within 1 .. 65536, not 0"),
        ({"qp": True}, "qp must be a whole number within 1 .. 65536, not True"),
        ({"qp": 10**400}, "qp must be a whole number within 1 .. 65536, not 10000"),
        ({"recipe": "banana"}, "unknown model 'banana'"),
        ({"recipe": "poly:200"}, "the size of poly is at most 126, not 200"),
        ({"recipe": "linear"}, "linear has 2 parameters, not 3"),
        ({"recipe": "sphere"}, "the model sphere has no target"),
        ({"target": None}, "the model poly has a target"),
        ({"inputs": []}, "inputs must be a list of 1 to 255, not []"),
        ({"x": [1, 2, 1.5]}, "x[2] must be a whole number"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(models, tmp_path, change, sentence):
    described, csv = models["poly:2"]
    learned.save({**described, **change}, tmp_path / "model.json")
    text = predicted(tmp_path / "model.json", csv)
    assert sentence in text and text.startswith(f"{tmp_path / 'model.json'} is no model of qbfgs")


def test_columns_are_checked(models):
    described, _ = models["poly:2"]
    for key, value in (("factor", 0), ("drop", -1), ("name", ""), ("labels", None), ("most", -1)):
        wrong = copy.deepcopy(described)
        wrong["inputs"][0][key] = value
        with pytest.raises(ValueError, match=rf"^inputs\[0\]\.{key} must be"):
            schema.check(wrong)
        del wrong["inputs"][0][key]
        with pytest.raises(ValueError, match=rf"^inputs\[0\]\.{key} is missing"):
            schema.check(wrong)


def test_the_largest_models_are_quick(models, tmp_path):
    """The widest of what the bounds let through."""
    described, csv = models["poly:2"]
    wide = copy.deepcopy(described)
    wide["recipe"], wide["x"] = "poly:126", [schema._WIDE - k for k in range(127)]
    for column in (wide["inputs"][0], wide["target"]):
        column |= {"factor": (1 << 29) - 1, "drop": 28, "shift": 1, "decimals": 6}
    learned.save(wide, tmp_path / "model.json")
    assert len(predicted(tmp_path / "model.json", csv).data["predictions"]) == ROWS


def test_an_ellipsoid_too_flat_for_doubles_is_none(models, tmp_path):
    """Two decompositions of one matrix did not agree on the sign of its least eigenvalue."""
    described, csv = models["tilted"]
    described = copy.deepcopy(described)
    described["x"][1] = 1 << 62
    learned.save(described, tmp_path / "model.json")
    assert "no ellipsoid" in predicted(tmp_path / "model.json", csv)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no file without an end")
def test_a_file_without_an_end_is_refused(models):
    _, csv = models["poly:2"]
    assert re.search("larger than", predicted("/dev/zero", csv))
