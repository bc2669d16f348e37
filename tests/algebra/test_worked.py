"""What worked numbers look like when they are written down; that they are right is in test_readings."""

import pytest

from archcalc import algebra
from archcalc.algebra.worked import CHANNELS, FILTERS, KERNEL, SIZE, leaf
from archcalc.algebra.written import HWC, Writer
from archcalc.errors import ArchcalcError

C, K, F, N = (leaf(64, "C", CHANNELS), leaf(3, "k", KERNEL), leaf(128, "filters", FILTERS), leaf(112, "H", SIZE))
ONE = leaf(1, "s", KERNEL)


@pytest.mark.parametrize(
    ("number", "written", "as_lectures", "formula"),
    [
        (algebra.prod((F, C, K, K)), "128*64*3*3", "(3*3*64)*128", "(k*k*C)*filters"),
        (algebra.prod((F, C, ONE, ONE)), "128*64", "64*128", "(s*s*C)*filters"),
        (algebra.prod((C, N, N)), "64*112*112", "112*112*64", "H*H*C"),
        (algebra.prod((C, K, K)), "64*3*3", "3*3*64", "k*k*C"),
        ((N + 2 * ONE - K) // ONE + 1, "112 + 2 - 3 + 1", "112 + 2 - 3 + 1", "(H + 2*s - k)//s + 1"),
        ((N - (K - 1)) // 2, "(112 - (3 - 1))//2", "(112 - (3 - 1))//2", "(H - (k - 1))//2"),
        (C * algebra.exact_div(C, K - 1), "64*(64//(3 - 1))", "64*(64//(3 - 1))", "C*(C//(k - 1))"),
        (algebra.ceil_div(N, 3), "ceil_div(112, 3)", "ceil_div(112, 3)", "ceil_div(H, 3)"),
        (algebra.maximum(N - K, 0), "max(112 - 3, 0)", "max(112 - 3, 0)", "max(H - k, 0)"),
        (N - (K - N), "112 - (3 - 112)", "112 - (3 - 112)", "H - (k - H)"),
        (K * (C + F), "3*(64 + 128)", "3*(64 + 128)", "k*(C + filters)"),
        (K * 0 + C, "64", "64", "0*k + C"),
        (K - leaf(-2), "3 + 2", "3 + 2", "k + 2"),
        (-K, "-3", "-3", "-k"),
        (K**2, "3**2", "3**2", "k**2"),
        (algebra.where(C > F, C, F + 0), "128", "128", "filters"),
        (leaf(7), "7", "7", "7"),
    ],
)
def test_written(number, written, as_lectures, formula):
    assert number.written() == written
    assert number.written(HWC) == as_lectures
    assert Writer(HWC, is_formula=True).text(number) == formula


def test_long_sums_are_written():
    total = sum([leaf(2)] * 5000)
    assert total == 10_000
    assert total.written().count("+") == 4999
    assert (total * leaf(3)).written(HWC).endswith(" + 2)*3")


def test_a_remainder_is_an_error_as_with_ints():
    with pytest.raises(ArchcalcError, match="64 is not divisible by 3"):
        algebra.exact_div(C, K)
    with pytest.raises(ArchcalcError, match="worked numbers meet no other kind"):
        C * "3"


def test_a_number_prints_as_its_value():
    assert f"{algebra.prod((C, K)):,} {C}" == "192 64"
