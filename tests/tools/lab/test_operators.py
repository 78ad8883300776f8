"""The operator instrument: finds what leaves the word, counts, and changes nothing else."""

import sys
import textwrap

import pytest

from qbfgs_tools.lab.operators import counting as operators
from qbfgs_tools.lab.operators.counting import SizeError, WordError


@pytest.fixture
def package(tmp_path):
    """Writes a package `sample` of the given modules; returns its folder."""

    def write(**modules):
        folder = tmp_path / "sample"
        folder.mkdir()
        for name, source in {"__init__": "", **modules}.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(source))
        return folder

    return write


def load(folder, exempt=frozenset()):
    return operators.checked(folder, exempt).module("m")


OVERFLOWS = {
    "+": ("f = lambda a, b: a + b", (1 << 29, 1 << 29)),
    "-": ("f = lambda a, b: a - b", (-(1 << 30), 1)),
    "*": ("f = lambda a, b: a * b", (1 << 15, 1 << 15)),
    "**": ("f = lambda a, b: a ** b", (2, 30)),
    "<<": ("f = lambda a, b: a << b", (1, 30)),
    "//": ("f = lambda a, b: a // b", (-(1 << 30), -1)),
    "abs": ("f = lambda a: abs(a)", (-(1 << 30),)),
    "unary -": ("f = lambda a: -a", (-(1 << 30),)),
    "%": ("f = lambda a, b: a % b", (-1, 1 << 31)),
    "~": ("f = lambda a: ~a", (1 << 30,)),
    "/": ("f = lambda a, b: a / b", (1, 2)),
    ">>": ("f = lambda a, b: a >> b", (1 << 40, 30)),
    ">> too far": ("f = lambda a, b: a >> b", (5, 32)),
    "<< too far": ("f = lambda a, b: a << b", (0, 32)),
}


@pytest.mark.parametrize("symbol", OVERFLOWS)
def test_a_planted_overflow_is_found(package, symbol):
    source, operands = OVERFLOWS[symbol]
    with pytest.raises(WordError) as caught:
        load(package(m="\n\n" + source)).f(*operands)
    message = str(caught.value)
    assert f"m.py:3: {symbol.removesuffix(' too far')} of {operands[0]}" in message
    assert str(operands[-1]) in message


@pytest.mark.parametrize(
    "body",
    ["x = a\n    x += b", "x = [a]\n    x[0] += b", "o.x = a\n    o.x += b", "sum([a, b, -b])"],
)
def test_an_overflow_in_augmented_assignments_and_sums_is_found(package, body):
    module = load(package(m=f"class o: pass\ndef f(a, b):\n    {body}\n"))
    module.f(1 << 29, (1 << 29) - 1)
    with pytest.raises(WordError):
        module.f(1 << 29, 1 << 29)


def test_the_ends_of_the_word_are_inside(package):
    module = load(package(m="f = lambda a, b: a + b"))
    assert module.f((1 << 30) - 2, 1) == (1 << 30) - 1
    assert module.f(1 - (1 << 30), -1) == -(1 << 30)


SIZES = {  # a block, and where its own entries begin: entries, exponent, size
    "stale, after a zero was written": ([0, 3, 0, 9], 0),
    "stale, of nothing": ([0, 0, 0, 1], 0),
    "too small": ([5, -8, 0, 3], 0),
    "too small in a column": ([0, -8, 0, 3], 1),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_planted_size_that_is_not_that_of_its_mantissas_is_found(package, name):
    """Where the room holds blocks: `words` does."""
    block, lo = SIZES[name]
    core = operators.checked(package(words="def f(x, lo):\n    return x[-1]\n"))
    with pytest.raises(SizeError, match=r"words.py:2: size \d of \["):
        core.module("words").f(block, lo)
    assert core.hooks["words"].sizes == {2}


def test_sizes_that_agree(package):
    """A size of a column may be that of the entries which were there before."""
    source = """
        def f(x, lo):
            return x[-1]

        def whole(x):
            x[-1] = 3
            return x[-1]
    """
    words = operators.checked(package(words=source)).module("words")
    assert words.f([5, -7, 0, 3], 0) == words.f([5, 0, 0, 3], 1) == words.f([99, 2, 0, 3], 1) == 3
    assert words.whole([5, -7, 0, 0]) == 3 and words.f([0, 0, 5, 0], 0) == 0


def test_exempt_modules_are_loaded_but_not_checked(package):
    folder = package(
        m="from .wide import twice\ndef f(a):\n    return twice(a) > 0 and a + a",
        wide="def twice(a):\n    return a + a",
    )
    assert load(folder, {"wide"}).f(1 << 20) == 1 << 21
    with pytest.raises(WordError, match=r"m\.py:3"):
        load(folder, {"wide"}).f(1 << 40)
    with pytest.raises(WordError, match=r"wide\.py:2"):
        load(folder).f(1 << 40)


def test_what_is_exempt_or_excluded_is_there(package):
    for name in operators.EXEMPT:
        assert operators.CORE.joinpath(*name.split(".")).with_suffix(".py").exists()
    with operators.counted(package(m="x = 1")) as sample:
        with pytest.raises(ValueError, match="no module n"):
            sample.counts(exclude={"n"})


def test_a_folder_is_excluded_with_all_in_it():
    with operators.counted() as core:
        core.module("problems.rosenbrock").Rosenbrock(16).cost([3, 4])
        assert sum(core.counts().values()) > sum(core.counts(exclude={"problems"}).values())
        inside = core.counts(exclude={"problems.polynomials", "problems.rosenbrock"})
        assert inside == core.counts(exclude={"problems"})


def test_wide_values_may_be_compared_and_passed_on(package):
    module = load(package(m="def f(a, b):\n    return (a < b, min(a, b), a is None)"))
    assert module.f(1 << 90, 1 << 91) == (True, 1 << 90, False)


def test_what_is_no_integer_passes_through(package):
    module = load(
        package(
            m="""
            def f(name):
                items = [0] * 3 + [name]
                items += ["%s-%d" % (name, 1 << 40)]
                kept = items
                kept += [True & False]
                return items
            """
        )
    )
    assert module.f("a") == [0, 0, 0, "a", f"a-{1 << 40}", False]


def test_targets_are_evaluated_once_and_in_order(package):
    module = load(
        package(
            m="""
            calls = []
            def note(x):
                calls.append(x)
                return x
            def f():
                v = [1, 2, 3, 4]
                calls.clear()
                note(v)[note(2)] += note(10)
                v[1:3] += [9]
                return v, calls[1:]
            class C:
                n = 4
                def g(self):
                    note(self).n <<= 2
                    self.n -= 1
                    return self.n, len(calls)
            """
        )
    )
    assert module.f() == ([1, 2, 13, 9, 4], [2, 10])
    module.calls.clear()
    assert module.C().g() == (15, 1)


def test_a_name_of_the_modules_own_is_left_alone(package):
    module = load(package(m="def abs(x, y):\n    return 'own'\ndef f():\n    return abs(1, 2)"))
    assert module.f() == "own"


def test_imports_stay_inside_the_private_package(package):
    folder = package(
        __init__="from sample.a import one\nVERSION = 1",
        a="def one():\n    return 1 + 0",
        m="""
        import sample.a
        import sample.a as short
        from sample import a, VERSION
        from . import a as relative
        same = sample.a is short is a is relative
        def late():
            from sample.a import one
            return one
        """,
    )
    before = {name for name in sys.modules if name.split(".")[0] == "sample"}
    with operators.checked(folder) as instrument:
        module = instrument.module("m")
        assert module.same
        assert module.late() is module.a.one is instrument.package.one
        assert {name for name in sys.modules if name.split(".")[0] == "sample"} == before
        alias = instrument.alias
    assert not [name for name in sys.modules if name.startswith(alias)]


def test_counts_by_class_and_module(package):
    folder = package(
        m="""
        from sample.other import half
        WIDE = (1 << 14) - 1
        def f(a, b):
            v = [a, b]
            v[0] += b * a
            v[1] = -v[1] % 7
            if a < b < 100 and abs(a) != 3:
                return half(v[0] & WIDE) // 2
            return divmod(a, b)
        """,
        other="def half(x):\n    return x >> 1",
    )
    with operators.counted(folder) as instrument:
        f = instrument.module("m").f
        assert set(instrument.counts().values()) == {0}, "literals are folded, not counted"
        f(4, 9)
        expected = {"+-": 3, "*": 1, "//%": 2, "shift/logic": 2, "compare": 3}
        assert instrument.counts() == expected
        assert instrument.counts(exclude={"other"}) == {**expected, "shift/logic": 1}


def test_a_missing_module_is_an_import_error(package):
    with operators.checked(package()) as instrument, pytest.raises(ImportError):
        instrument.module("absent")
