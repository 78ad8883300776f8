"""Calibrators: readings go in, a correction comes out that says when not to trust it.

    compass = Compass()
    while not compass.progress().ready:
        compass.add(sensor.read())          # three ints; True where it was kept
    found = compass.result()                # print(found) says all about it
    if found.trusted:
        x, y, z = found.correct(x, y, z)    # integers, no heap

Nothing is loaded but what is used.
"""

_HOMES = {
    "Accelerometer": "accelerometer",
    "Compass": "compass",
    "Line": "line",
    "LoadCell": "load_cell",
    "Thermistor": "thermistor",
    "Tuner": "tuner",
}
__all__ = tuple(sorted(_HOMES))


def __getattr__(name):
    """A calibrator, whose module is imported when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError("qbfgs.calibrate has no %s: it has %s" % (name, ", ".join(__all__)))
    module = __import__("qbfgs.calibrate." + _HOMES[name], None, None, (name,))
    return getattr(module, name)
