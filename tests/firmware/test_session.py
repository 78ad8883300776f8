"""What a board says of an exception in a step: whose fault it was."""

import pytest
from qbfgs_board import report
from qbfgs_board.clock import Stopwatch
from qbfgs_board.session import Session

from qbfgs import Optimizer, status
from qbfgs.problems import Rosenbrock


def session():
    problem = Rosenbrock(64)
    made = Session(problem, Optimizer(problem, [-79, 78]), None, None, 0, Stopwatch())
    made.step()
    return made


def raising(error):
    def call(*_):
        raise error

    return call


def test_a_fault_of_the_optimiser_is_not_blamed_on_the_problem():
    made = session()
    made.optimizer._rule.accepts = lambda change: False
    made.optimizer._rule.rejected = raising(ZeroDivisionError("divide by zero"))
    with pytest.raises(report.Failure) as caught:
        made.step()
    code, sentence = caught.value.args
    assert code == report.OPTIMIZER
    assert "qbfgs itself failed after X = [" in sentence and "divide by zero" in sentence
    assert made.optimizer.status == status.INTERRUPTED and made.optimizer.epochs == 1


@pytest.mark.parametrize("question", ["cost", "gradient"])
def test_a_fault_of_the_problem_is_its_own(question):
    made = session()
    setattr(made.objective, question, raising(ZeroDivisionError("divide by zero")))
    with pytest.raises(report.Failure) as caught:
        while True:
            made.step()
    assert caught.value.args[0] == report.OBJECTIVE


def test_a_problem_that_changes_its_argument_is_told_so():
    made = session()
    made.objective.cost = lambda X: X.reverse() or 5
    with pytest.raises(report.Failure) as caught:
        made.step()
    assert "work on a copy" in caught.value.args[1]
    assert made.optimizer.status == status.RUNNING


def test_ctrl_c_and_no_heap_go_through_and_the_session_goes_on():
    made = session()
    cost = made.objective.cost
    for error in (KeyboardInterrupt(), MemoryError()):
        made.objective.cost = raising(error)
        with pytest.raises(type(error)):
            made.step()
    made.objective.cost = cost
    epochs = made.optimizer.epochs
    made.step()
    assert made.optimizer.epochs == epochs + 1
