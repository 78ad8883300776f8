"""A policy of four gains that balances a pendulum on a cart, learnt from episodes' costs alone."""

from cart import episode  # yours balances once, and answers what it cost

from qbfgs.calibrate import Tuner

tuner = Tuner(episode, budget=300, noise=None)
tuner.knob("place", 0, -1000, 1000, "N/100m")
tuner.knob("speed", 0, -1000, 2000, "Ns/100m")
tuner.knob("angle", 2000, 0, 8000, "N/100")
tuner.knob("turn", 200, 0, 3000, "Ns/100")
print("before:", episode(*tuner.values))
print(tuner.run())
