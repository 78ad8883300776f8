"""A compass is turned until it has been seen from all sides; what was read survives a reset."""

from qbfgs_board.pair import Pair
from sensor import read_compass  # your driver: three ints, raw counts

from qbfgs.calibrate import Compass

kept = Pair("compass")
compass = kept.read(Compass().load) or Compass()
while not compass.progress().ready:
    for _ in range(20):
        compass.add(read_compass())
    kept.write(compass.dump())
found = compass.result()
print(found)
print("a reading", found.correct(500, -200, 100))
