"""What a fit found, in the rows' units: parameters, standard errors, text, predictions."""

from . import endings
from .functions import sqrt
from .numbers import ZERO, number


class Result:
    """names: of the parameters. evaluations: of the sum of squares so far, a pass over the rows
    each. All properties are calculated when they are asked for."""

    @property
    def parameters(self):
        """Where the fit is, a list of Reals."""
        return list(self._values)

    @property
    def success(self):
        """Whether it ended at a minimum that the rows determine."""
        return self.end in (endings.CONVERGED, endings.EXACT) and None not in self.errors

    @property
    def message(self):
        """Why it ended, and how far to trust it, in a sentence or two."""
        from .sentences import sentence

        text = sentence(self.end)
        if self.end != endings.GOING and None in self.errors and self.residual is not None:
            text += " The rows do not tell all parameters apart: fix one, or give more rows."
        return text

    @property
    def residual(self):
        """The standard deviation of the residuals, a Real; None with no more rows than parameters.

        With weights it is in units of sigma.
        """
        spare = self.settings.count - len(self.settings.free)
        return sqrt(self._sums[3] / spare) if spare > 0 else None

    @property
    def covariance(self):
        """The covariance of the free parameters, rows of Reals, or None where the rows do not tell
        them apart: s^2 (J'WJ)^-1; with `absolute_sigma` s is 1."""
        from .covariances import covariance

        scale = self.residual
        if self.settings.absolute:
            scale = number(1)
        return None if scale is None else covariance(self._sums[2], scale)

    @property
    def errors(self):
        """The standard errors, Reals: 0 of a fixed parameter, None of one that the rows do not
        tell."""
        free = self.settings.free
        covariance = self.covariance
        out = [ZERO] * len(self._values)
        for i in range(len(free)):
            out[free[i]] = None if covariance is None else sqrt(covariance[i][i])
        return out

    @property
    def correlation(self):
        """Of the free parameters, rows of Reals; None where the rows do not tell them apart."""
        from .covariances import correlation

        covariance = self.covariance
        if covariance is None or not covariance[0][0]:
            return None
        return correlation(covariance)

    def predict(self, inputs):
        """What the formula says for the inputs of a row (or for one number), a Real."""
        if not isinstance(inputs, (list, tuple)):
            inputs = (inputs,)
        return number(self.settings.formula(*([number(v) for v in inputs] + self._values)))

    def save(self):
        """All of it as JSON text, from which `qbfgs.fits.load` goes on, on a board or at a desk."""
        from .saving import save

        return save(self)

    def __str__(self):
        from .report import report

        return report(self)
