"""The gains of a heater's controller, tuned by nothing but how well it heated; costs have noise."""

from heater import heat  # yours heats for a minute, and answers how bad it was

from qbfgs.calibrate import Tuner

tuner = Tuner(heat, budget=150)
tuner.knob("P", 500, 0, 20000, "mW/K")
tuner.knob("I", 50, 0, 2000, "mW/Ks")
tuner.knob("D", 0, 0, 20000, "mWs/K")
print("before:", heat(*tuner.values))
tuner.run()
print(tuner)
