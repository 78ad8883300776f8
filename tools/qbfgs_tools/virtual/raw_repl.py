"""The raw REPL, for a MicroPython whose REPL has none: unix ports before 1.27.

It sits between the host and the friendly REPL. A program for the raw REPL goes to MicroPython as a
text that a few lines, typed in paste mode, read from standard input and execute; these lines mark
where what it prints begins and ends, and what the raw REPL would not show is hidden.

What differs from the REPL of a board: a traceback names "<string>"; `sys.exit` ends the program and
no more; the lines take some hundred bytes of heap.
"""

import re

BANNER = b"raw REPL; CTRL-B to exit\r\n>"
PROMPT = b">>> "
PROMPTS = (PROMPT, b"... ", b"=== ")  # the others: within a statement, and in paste mode
RAW, FRIENDLY, INTERRUPT, END, PASTE = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
RAW_PASTE = b"R\x01"  # the answer to who asks for that mode, before WINDOW in two bytes
WINDOW = 1 << 12  # bytes that the host may send until it hears GRANT, or at first
GRANT = b"\x01"
ENDS = (b"\r", b"\n", INTERRUPT)  # of what is typed: MicroPython may forget what comes too soon
MARK = b"\x16\x04\x16"  # what a program will not print by chance
LINES = r"""try:
 print(end='\x16\x04\x16')
 exec(__import__('sys').stdin.read({size}))
 print(end='\x16\x04\x16')
except BaseException as _:
 print(end='\x16\x04\x16')
 __import__('sys').print_exception(_)
print(end='\x16\x04\x16')
"""
NO_ROOM = b"MemoryError: no room for the traceback\r\n"
_IDLE, _BEGINNING, _RUNNING, _ENDING = range(4)


class RawRepl:
    """Between a host and one run of MicroPython that is at its friendly prompt.

    write(bytes): to MicroPython, returns how many it took. say(bytes): to the host. send(bytes): to
    MicroPython, through `typed`, before anything else. running(): whether a program runs that
    Ctrl-C interrupts. interrupted: set it when the program that runs is; what follows then waits
    for the prompt.
    """

    def __init__(self, write, say, send, running):
        self.raw = False
        self.interrupted = False
        self._write = write
        self._say = say
        self._send = send
        self._running = running
        self._stage = _IDLE
        self._line = bytearray()
        self._busy = False  # with a line that ended
        self._pasting = False  # in raw-paste mode
        self._program = b""
        self._heard = bytearray()
        self._tail = b""
        self._ends = 0

    def typed(self, data):
        """Takes bytes from the host; returns how many."""
        if self.interrupted and not self._running():
            return 0
        if self._stage == _RUNNING:
            return self._write(data)
        if self._stage != _IDLE:
            return 0
        if self.raw:
            return self._typed_raw(data)
        if self._busy and not self._running():
            return 0
        if data.startswith(RAW):
            self.raw = True
            self._say(BANNER)
            return 1
        line = re.match(b"[^\x01\r\n\x03]+|.", data, re.S).group()
        self._busy = line in ENDS
        return self._write(line)

    def _typed_raw(self, data):
        if self._pasting:
            return self._pasted(data)
        for place, number in enumerate(data):
            byte = bytes([number])
            if byte == RAW and bytes(self._line) == PASTE + b"A":
                self._say(RAW_PASTE + WINDOW.to_bytes(2, "little"))
                self._pasting = True
                self._line.clear()
                return place + 1
            elif byte == RAW:
                self._say(BANNER)
            elif byte == FRIENDLY:
                self.raw = False
                self._say(b"\r\n" + PROMPT)
                return place + 1
            elif byte == END:
                self._begin(bytes(self._line))
                self._line.clear()
                return place + 1
            elif byte != INTERRUPT:
                self._line += byte
                continue
            self._line.clear()
        return len(data)

    def _pasted(self, data):
        """Takes a part of a program, and says when more may come; Ctrl-C gives it up."""
        part = re.match(b"[^\x03\x04]*", data).group()
        before = len(self._line)
        self._line += part
        self._say(GRANT * (len(self._line) // WINDOW - before // WINDOW))
        if len(part) == len(data):
            return len(data)
        if data[len(part) :][:1] == END:
            self._say(END)
            self._begin(bytes(self._line) if self._line.strip() else b"pass")
        else:
            self._pasting = False
            self._say(END * 3 + b">")
        self._line.clear()
        return len(part) + 1

    def _begin(self, program):
        """Starts a program; an empty one is a soft reset, for which MicroPython ends."""
        if not program.strip():
            self._write(END)
            return
        self._program = program
        self._stage = _BEGINNING
        self._heard.clear()
        size = len(program.decode(errors="replace"))  # text is counted in characters
        self._write(PASTE + LINES.format(size=size).encode() + END)

    def said(self, data):
        """What the host hears of bytes from MicroPython."""
        self._tail = (self._tail + data)[-len(PROMPT) :]
        if self._tail in PROMPTS:
            self._busy = False
        if self._tail == PROMPT:
            self.interrupted = False
        if self._stage == _IDLE:
            return b"" if self.raw else data
        self._heard += data
        out = b""
        if self._stage == _BEGINNING and MARK in self._heard:
            self._until_mark()
            out = b"" if self._pasting else b"OK"
            self._pasting = False
            self._stage = _RUNNING
            self._ends = 0
            self._send(self._program)
        while self._stage == _RUNNING and MARK in self._heard:
            out += self._until_mark() + END
            self._ends += 1
            if self._ends == 2:
                self._stage = _ENDING
        if self._stage == _RUNNING:
            out += self._rest()
        if self._stage == _ENDING and self._heard.endswith(PROMPT):
            self._stage = _IDLE
            out += b">"
        return out

    def _until_mark(self):
        """Takes what was heard before the next mark, and the mark."""
        before, _, rest = self._heard.partition(MARK)
        self._heard = rest
        return bytes(before)

    def _rest(self):
        """Takes what was heard, but for the beginning of a mark."""
        if self._heard.endswith(PROMPT) and not self._running():
            self._stage = _ENDING  # not even the last lines had room
            return bytes(self._heard[: -len(PROMPT)]) + END * (1 - self._ends) + NO_ROOM + END
        kept = next(k for k in range(len(MARK) - 1, -1, -1) if self._heard.endswith(MARK[:k]))
        size = len(self._heard) - kept
        out = bytes(self._heard[:size])
        del self._heard[:size]
        return out
