"""Runs from fine to coarse against the lattice's own optimum."""

import pytest

from qbfgs import status
from qbfgs.problems import BroydenTridiagonal, FreudensteinRoth, VariablyDimensioned, Wood
from qbfgs.quantizer import quantize
from qbfgs_desktop.oracle.lattice import distance
from qbfgs_desktop.studies.comparison import drive
from qbfgs_desktop.studies.refinement import Refinement


def run(kind, qp, **settings):
    x0 = [quantize(text, qp) for text in kind(qp).start]
    refinement = Refinement(kind, qp, x0, **settings)
    best = drive(refinement)
    return refinement, best


# In mode "newton" this run ends a step (of four coordinates) away from it, refined or not.
MISSED = (BroydenTridiagonal, 1024)


@pytest.mark.parametrize("qp", [16, 64, 256, 1024])
@pytest.mark.parametrize("kind", [Wood, VariablyDimensioned, BroydenTridiagonal])
def test_the_best_point_of_the_grid_is_found(kind, qp):
    mode = "compensated" if (kind, qp) == MISSED else "newton"
    refinement, best = run(kind, qp, mode=mode)
    assert distance(refinement.objective, refinement.x)[1]
    assert 0 < best <= refinement.epochs
    assert refinement.k > 0 and refinement.optimizer.objective.qp == qp << refinement.k


def test_a_run_that_leaves_the_range_begins_again_on_a_coarser_grid():
    refinement, _ = run(FreudensteinRoth, 64, certify=True)
    assert refinement.k == 8 and refinement.epochs > refinement.optimizer.epochs
    assert refinement.status == status.LATTICE_MINIMUM
    assert distance(refinement.objective, refinement.x)[1]


def test_costs_are_those_of_the_asked_grid():
    refinement, _ = run(Wood, 16, max_epochs=40)
    fine = refinement.optimizer
    scale = fine.objective.cost_scale // refinement.objective.cost_scale
    assert fine.cost == refinement.cost * scale
    assert not refinement.step() and refinement.status == status.EPOCH_LIMIT
