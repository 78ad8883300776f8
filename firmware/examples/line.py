"""A pressure sensor beside a gauge: counts become hundredths of a kilopascal."""

from qbfgs.calibrate import Line

line = Line(decimals=2)
for counts, pressure in ((3001, "0"), (6239, "10"), (9513, "20"), (12740, "30"), (16010, "40")):
    line.add((counts, pressure))
    print(line.progress())
found = line.result()
print(found)
print("at 8000 counts:", found.correct(8000))
