"""What virtual boards share: a wire, a process, and power that can be cut at any moment."""


class VirtualBoard:
    """A board on the `wire` that it is made with. Use it in a `with` statement, or call `close`.

    port: of the wire. A board of this kind starts its process in `power_on` and kills it, without a
    warning, in `power_off`.
    """

    def __init__(self, wire):
        self.wire = wire
        self.port = wire.port
        self._process = None

    def power_on(self):
        """Starts the board; nothing when it has power."""
        raise NotImplementedError

    def power_off(self):
        """Kills the board wherever it is."""
        raise NotImplementedError

    def powered(self):
        """True while it has power."""
        return self._process is not None

    def unplug(self):
        """Pulls the cable for good; the board goes on."""
        self.wire.close()

    def close(self):
        """Ends the board; its files stay."""
        self.power_off()
        self.wire.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
