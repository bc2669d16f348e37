"""What the normalisations whose mean and variance are computed at run time have in common.

A set is what shares one mean and one variance. Convention, for each set of m values, every step by its definition:

- mean: m - 1 additions, 1 division;
- differences from the mean, computed once and used twice: m additions (subtractions are additions);
- variance: m multiplications (squares), m - 1 additions, 1 division;
- deviation: 1 addition (of epsilon) and 1 square root, counted as a transcendental function;
- each difference divided by the deviation: m divisions.

In all m multiplications, 3m - 1 additions, m + 2 divisions, 1 transcendental; then gamma is one multiplication and
beta one addition a value.
"""

from __future__ import annotations

from archcalc.graph.op import NORM, Weight, Work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


def normalisation(values: Number, sets: Number, scale: bool, center: bool) -> Work:
    """What it costs to normalise so many values in so many sets of equal length, with gamma and beta.

    >>> normalisation(10, 1, scale=False, center=False)
    Work(mac=0, add=29, mul=10, div=12, compare=0, exp=1)
    """
    return Work(
        add=3 * values - sets + (values if center else 0),
        mul=values + (values if scale else 0),
        div=values + 2 * sets,
        exp=sets,
    )


def affine(shape: tuple[Number, ...], scale: bool, center: bool) -> tuple[Weight, ...]:
    """Gamma and beta of one shape, as far as they are trained.

    >>> [weight.name for weight in affine((64,), scale=True, center=False)]
    ['gamma']
    """
    gamma = (Weight("gamma", shape, NORM),) if scale else ()
    beta = (Weight("beta", shape, NORM),) if center else ()
    return (*gamma, *beta)
