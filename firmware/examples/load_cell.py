"""A scale with an HX711: empty, with known weights, empty again; then grams and tenths."""

from qbfgs.calibrate import LoadCell

WEIGHTS = ((8388, 0), (50123, 100), (91870, 200), (216999, 500), (8390, 0))  # counts, grams
cell = LoadCell(decimals=1)
for counts, grams in WEIGHTS:
    cell.add((counts, grams))
found = cell.result()
print(found)
found.tare(8402)
print("at 125000 counts:", found.correct(125000))
