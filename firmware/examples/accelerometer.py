"""An accelerometer is laid on each side and leaning; a module of its correction is written."""

from sensor import read_accelerometer  # your driver: three ints, raw counts

from qbfgs.calibrate import Accelerometer

accelerometer = Accelerometer(one_g=4096)
while accelerometer.readings.count < 12:
    if accelerometer.add(read_accelerometer()):
        print(accelerometer.progress())
found = accelerometer.result()
print(found)
with open("level.py", "w") as file:
    file.write(found.module())
