"""Where the work of a sweep is done: processes of this machine, or a Dask cluster.

Both are a `concurrent.futures.Executor`; work that a lost worker took with it is handed out anew.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait

AHEAD = 2  # tasks handed out, for each worker
LOSSES = 3  # in a row without a result, until it is given up
TIMEOUT = 10  # seconds for a scheduler to answer


class WorkersLost(RuntimeError):
    """Workers die again and again."""


class Local:
    """Processes of this machine, one a core by default.  `open()` is a context that gives an
    executor; `width` is how many tasks run at once; `lost`, what the loss of a worker raises."""

    lost = (BrokenExecutor,)

    def __init__(self, workers=None):
        self.width = workers or os.cpu_count() or 1

    @contextlib.contextmanager
    def open(self):
        """An executor, which ends its processes after, and at once where nobody waits for them."""
        context = multiprocessing.get_context("spawn")
        others = set(multiprocessing.active_children())
        executor = ProcessPoolExecutor(self.width, context, _prepare_worker)
        try:
            yield executor
        except BaseException:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise
        finally:
            executor.shutdown(cancel_futures=True)

    def close(self):
        """Nothing is left open."""


class Cluster:
    """A Dask cluster whose scheduler is at an address.  Raises ImportError without Dask, OSError
    when nobody answers there.  To be closed."""

    def __init__(self, address):
        from distributed import Client, KilledWorker

        self.lost = (BrokenExecutor, KilledWorker)
        self._client = Client(address, timeout=TIMEOUT, set_as_default=False)

    @property
    def width(self):
        """Tasks that run at once."""
        return max(1, sum(self._client.nthreads().values()))

    @contextlib.contextmanager
    def open(self):
        """An executor, which cancels what is left after."""
        executor = self._client.get_executor()
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)

    def close(self):
        """Leaves the cluster, which goes on."""
        self._client.close()


def _prepare_worker():
    """Ctrl-C is for the parent, which ends its workers; when it is killed, they end too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow():
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def completed(place, function, tasks):
    """Yields (task, function(task)) as they are done, with few tasks handed out at a time.

    Close it where it is left before its end, by Ctrl-C too: the workers end then.  Raises
    WorkersLost after `LOSSES` losses of workers without a result between.
    """
    left = deque(tasks)
    losses = 0
    while left:
        out = {}
        try:
            with place.open() as executor:
                while left or out:
                    while left and len(out) < AHEAD * place.width:
                        task = left.popleft()
                        out[_submit(executor, function, task, left)] = task
                    for future in wait(out, return_when=FIRST_COMPLETED).done:
                        result = future.result()
                        losses = 0
                        yield out.pop(future), result
        except place.lost as error:
            left.extendleft(out.values())
            losses += 1
            if losses == LOSSES:
                raise WorkersLost(f"workers died {LOSSES} times in a row: {error}") from error


def _submit(executor, function, task, left):
    """The future of a task; the task goes back where the executor is broken already."""
    try:
        return executor.submit(function, task)
    except BrokenExecutor:
        left.appendleft(task)
        raise
