"""What must be true of a data file, with clear errors: needed once, when it is opened."""

MOST = 0x1FFFFFFF  # |value| at most


class Header:
    """The descriptions of the columns, read from the bytes behind the fixed part of a header.

    names, decimals, widths, labels: lists, an entry a column.
    Raises ValueError, saying what is wrong, for what no writer of this format makes.
    """

    def __init__(self, data, columns):
        self._data = data
        self._at = 0
        self._end = len(data) - 2  # the CRC stands there
        self.names = []
        self.decimals = []
        self.widths = []
        self.labels = []
        if columns == 0:
            raise ValueError("the data file has no columns")
        for j in range(columns):
            width = self._byte()
            if width != 2 and width != 4:
                raise ValueError(
                    "the data file is wrong: column %d is of %d bytes, not 2 or 4" % (j, width)
                )
            self.widths.append(width)
            decimals = self._byte()
            self.decimals.append(decimals if decimals < 0x80 else decimals - 0x100)
            self.names.append(self._text())
            self.labels.append([self._text() for _ in range(self._byte())])

    def _byte(self):
        at = self._at
        if at >= self._end:
            raise ValueError("the data file is wrong: its header ends within column descriptions")
        self._at = at + 1
        return self._data[at]

    def _text(self):
        length = self._byte()
        at = self._at
        self._at = at + length
        if self._at > self._end:
            raise ValueError("the data file is wrong: its header ends within a name")
        try:
            return str(bytes(self._data[at : at + length]), "utf-8")
        except ValueError:
            raise ValueError("the data file is wrong: a name in its header is not UTF-8")


def check_values(source):
    """Reads a DataFile once; raises ValueError for a value that no column of its kind holds."""
    row = [0] * source.columns
    low = [-MOST] * source.columns
    high = [MOST] * source.columns
    for j in range(source.columns):
        if source.labels[j]:
            low[j] = 0
            high[j] = len(source.labels[j]) - 1
    source.rewind()
    number = 0
    while source.read(row):
        for j in range(source.columns):
            if not low[j] <= row[j] <= high[j]:
                raise ValueError(
                    "the data file is wrong: row %d has %d in column %d, which holds %d .. %d"
                    % (number, row[j], j, low[j], high[j])
                )
        number += 1
