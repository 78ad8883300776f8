"""Two servos turned until a sensor is in the light: the cost is the light that is missing."""

from mirror import light  # yours moves both servos, waits, and reads the sensor

from qbfgs.calibrate import Tuner

tuner = Tuner(lambda pan, tilt: 4095 - light(pan, tilt), budget=80, noise=None)
tuner.knob("pan", 1500, 500, 2500, "us")
tuner.knob("tilt", 1500, 500, 2500, "us")
print(tuner.run())
