"""What the three Python suites share: a list of tests, and a run that goes on after a failure and says which it was."""
import sys

TESTS = []


class Failure(Exception):
    pass


def test(function):
    TESTS.append(function)
    return function


def run(suite, only, around=lambda function: function()):
    """Runs the tests named, or all; `around` calls one. Ends the program: 1 when one failed."""
    failed = 0
    chosen = [function for function in TESTS if not only or function.__name__ in only]
    for function in chosen:
        try:
            around(function)
            print(f"ok      {function.__name__}", flush=True)
        except Exception as error:
            failed += 1
            kind = "" if isinstance(error, Failure) else f"{type(error).__name__}: "
            print(f"FAILED  {function.__name__}: {kind}{error}", flush=True)
    print(f"{suite}: {len(chosen) - failed} passed, {failed} failed")
    sys.exit(failed > 0)
