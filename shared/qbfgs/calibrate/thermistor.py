"""A thermistor: temperature from resistance, by Steinhart's and Hart's equation or by beta."""

from .scalar.pairs import Pairs

_CURVED = 5  # readings for three parameters
_WIDE = 30  # kelvin between them
_NARROW = 20
_PARTS = 2  # of a kelvin, as scatter


class Thermistor(Pairs):
    """Finds the curve of a thermistor from pairs (ohms, degrees Celsius).

    model: "steinhart-hart", "beta-equation", or None: the first with five readings over 30 kelvin
    or more, else the second.  decimals: of the temperatures that `correct` of the result answers.

    A result is trusted with one reading more than parameters, over 20 kelvin or more, that scatter
    by less than half a kelvin.
    """

    ENOUGH = 3

    def __init__(self, decimals=2, model=None, most=64):
        self.decimals = decimals
        self.model = model
        Pairs.__init__(self, most)

    def result(self):
        """The TemperatureTable that the readings tell. Raises ValueError for too few."""
        from ..fits.fit import fit
        from ..real import Real
        from .scalar.table import TemperatureTable

        values = [Real(y) for _, y in self.rows]
        if self.progress().different < 2:
            raise ValueError("a thermistor needs readings at two temperatures or more")
        span = max(values) - min(values)
        model = self.model
        if model is None:
            curved = len(values) >= _CURVED and span >= _WIDE
            model = "steinhart-hart" if curved else "beta-equation"
        found = TemperatureTable(fit(model, self.rows), [x for x, _ in self.rows], self.decimals)
        reasons = found.reasons
        residual = found.fit.residual
        if not found.fit.success:
            reasons.append(found.fit.message)
        if residual is None:
            reasons.append("as many readings as parameters: take one more to see whether it fits")
        elif residual * _PARTS > 1:
            reasons.append(
                "readings scatter by %s K about the curve: wait until both have settled"
                % residual.text(2)
            )
        if span < _NARROW:
            reasons.append("the readings span %s K, %d are needed" % (span.text(1), _NARROW))
        return found

    def _least(self):
        return 1
