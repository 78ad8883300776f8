"""A thermistor beside a thermometer, in baths: ohms become hundredths of a degree."""

from qbfgs.calibrate import Thermistor

BATHS = ((32650, 0), (19900, 10), (12490, 20), (8057, 30), (5327, 40), (3603, 50), (2488, 60))
thermistor = Thermistor(decimals=2)
for ohms, celsius in BATHS:
    thermistor.add((ohms, celsius))
found = thermistor.result()
print(found)
print("at 10000 ohms:", found.correct(10000))
