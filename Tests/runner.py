"""What the three Python suites share: a list of tests, and a run that goes on after a failure and says which it was."""
import signal
import sys
import threading

TESTS = []
BESIDE = set()


class Failure(Exception):
    pass


class Skipped(Exception):
    """Raised by a test that cannot run here; the word says why."""


def test(function):
    TESTS.append(function)
    return function


def beside(function):
    """A test that mostly waits: it starts with the run, goes on beside the others and is told about in its turn."""
    BESIDE.add(function)
    return test(function)


def outcome(function):
    """None when it passes, else the exception."""
    try:
        function()
    except Exception as error:
        return error


class Thread(threading.Thread):
    """A function that runs now; `result()` waits for its outcome."""

    def __init__(self, function):
        super().__init__(daemon=True)
        self.function = function
        self.start()

    def run(self):
        self.error = outcome(self.function)

    def result(self):
        self.join()
        return self.error


def run(suite, only, around=lambda function: function()):
    """Runs the tests named, or all; `around` calls one. Ends the program: 1 when one failed."""
    # What a shell starts in the background ignores it, and so would the programs under test.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chosen = [function for function in TESTS if not only or function.__name__ in only]
    unknown = set(only) - {function.__name__ for function in TESTS}
    if unknown:
        sys.exit(f"{suite}: no test is called {', '.join(sorted(unknown))}")
    started = {function: Thread(lambda function=function: around(function)) for function in chosen if function in BESIDE}
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for function in sorted(chosen, key=lambda function: function in BESIDE):
        error = started[function].result() if function in started else outcome(lambda: around(function))
        if error is None:
            counts["passed"] += 1
            print(f"ok      {function.__name__}", flush=True)
        elif isinstance(error, Skipped):
            counts["skipped"] += 1
            print(f"skipped {function.__name__}: {error}", flush=True)
        else:
            counts["failed"] += 1
            kind = "" if isinstance(error, Failure) else f"{type(error).__name__}: "
            print(f"FAILED  {function.__name__}: {kind}{error}", flush=True)
    if not counts["skipped"]:
        del counts["skipped"]
    print(f"{suite}: {', '.join(f'{count} {word}' for word, count in counts.items())}")
    sys.exit(counts["failed"] > 0)
