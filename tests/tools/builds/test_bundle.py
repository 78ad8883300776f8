"""What a bundle sends is the same program as the sources, and the proof sees it when it is not."""

import ast

import pytest

from qbfgs import minimize
from qbfgs.problems import Rosenbrock
from qbfgs_tools.boards import vectors as board_vectors
from qbfgs_tools.builds.bundle import Bundle
from qbfgs_tools.builds.bundle_proof import differences

WHOLE = ["optimizer.minimize", "modes.compensated.Compensated.propose", "checks.checked_radius"]
WHOLE += ["problems.rosenbrock.Rosenbrock.cost", "grid.scales.check_qp"]


def namespace(pieces):
    """What a board has after it compiled the pieces, one by one."""
    made = {}
    for piece in pieces:
        exec(compile(piece.source, piece.name, "exec"), made)
    return made


@pytest.fixture(scope="module")
def bundle():
    return Bundle()


@pytest.fixture(scope="module")
def whole(bundle):
    return bundle.pieces(WHOLE)


def test_the_whole_optimiser_is_the_same_program(bundle, whole):
    assert len(whole) > 100
    assert differences(bundle, whole) == []


def test_the_whole_optimiser_runs_from_pieces(whole):
    made = namespace(whole)
    # The original imports a class by its mode.
    made["chosen"] = lambda *settings: ("compensated", None, made["Compensated"])
    x0 = [-20, 19]
    ours = minimize(Rosenbrock(16), list(x0), target=0)
    theirs = made["minimize"](made["Rosenbrock"](16), list(x0), target=0)
    assert theirs.checksum == ours.checksum
    assert (theirs.epochs, theirs.x, theirs.status) == (ours.epochs, ours.x, ours.status)


def test_nothing_but_the_program_is_sent(whole):
    text = "".join(piece.source for piece in whole)
    assert '"""' not in text
    assert "#" not in text
    assert "import const" not in text
    assert max(piece.source.count("\n") for piece in whole) <= 60


@pytest.mark.parametrize("group", board_vectors.groups())
def test_a_group_of_vectors_runs_from_pieces(group):
    made = namespace(board_vectors.pieces(group))
    for expression, answer in board_vectors.vectors(group):
        assert repr(eval(expression, made)) == answer


CHANGES = {
    "another operator": ("<< 14", ">> 14"),
    "another constant": ("16384", "16385"),
    "another name": ("mul(", "div("),
    "a local name": ("a ^ b", "a ^ a"),
    "a default": ("digits=12", "digits=13"),
    "a comparison": ("< 0", "<= 0"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_planted_change_is_found(bundle, name):
    old, new = CHANGES[name]
    wanted = ["words.scalars.mul", "words.scalars.div", "search.armijo.shrink", "words.blocks.dot"]
    wanted += ["grid.quantizer.to_text", "model.factors.Factor.curvature"]
    pieces = bundle.pieces(wanted)
    assert differences(bundle, pieces) == []
    place = next(i for i, piece in enumerate(pieces) if old in piece.source)
    changed = pieces[place]._replace(source=pieces[place].source.replace(old, new, 1))
    ast.parse(changed.source)
    assert differences(bundle, [*pieces[:place], changed, *pieces[place + 1 :]])


@pytest.mark.parametrize("what", ["statement", "argument", "method"])
def test_what_is_left_out_is_found(bundle, what):
    pieces = bundle.pieces(["grid.position.Position.accept"])
    place = next(i for i, p in enumerate(pieces) if p.name == "Position.accept")
    source = pieces[place].source
    if what == "statement":
        lines = source.split("\n")
        source = "\n".join([lines[0], *lines[2:]])
    elif what == "argument":
        source = source.replace("(self)", "()")
    else:
        source = source.split("Position.accept =")[0]
    assert differences(bundle, [*pieces[:place], pieces[place]._replace(source=source)])


def test_names_that_two_modules_share_are_told_apart(bundle):
    pieces = bundle.pieces(["optimizer.Optimizer", "search.basis.Basis"])
    nodes = [ast.parse(piece.source).body[0] for piece in pieces if piece.name.isidentifier()]
    names = [node.targets[0].id if isinstance(node, ast.Assign) else node.name for node in nodes]
    assert len(set(names)) == len(names) >= 15
