"""The model that a job learns: a recipe and a data file of this board."""

from qbfgs.data import DataFile

from .report import ABSENT, PROBLEM, Failure, described

CALIBRATIONS = ("compass", "accelerometer")


def model_of(text, qp):
    """The model of RECIPE@FILE, with the file open as long as it lives.

    Raises Failure when the file is missing or damaged, or the recipe wrong or not for this file.
    """
    recipe, _, path = text.partition("@")
    try:
        file = open(path, "rb")
    except OSError as error:
        if error.args[0] == ABSENT:
            raise Failure(PROBLEM, "there is no data file %s: copy it to the board" % path)
        raise Failure(PROBLEM, "the data file %s cannot be read: %s" % (path, described(error)))
    try:
        source = DataFile(file)
        if recipe in CALIBRATIONS:
            from qbfgs.calibrate.jobs import Calibration

            return Calibration(source, qp)
        from qbfgs.models.recipes import make

        return make(recipe, source, len(source.labels[-1]), qp)
    except (ValueError, OSError) as error:
        file.close()
        raise Failure(PROBLEM, "%s cannot be learnt: %s" % (text, described(error)))
