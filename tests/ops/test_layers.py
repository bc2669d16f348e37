"""Linear layers, normalisations, activations and moves, against counts by hand and by papers."""

import re

import pytest

from archcalc.graph.op import ALL, EACH, FLAT, IN_PLACE, STORED, VIEW, ShapeError
from archcalc.ops import find

# op, input, attributes -> output, shapes of the weights, work, window
RESULTS = [
    # VGG-16's fc6: 25088 * 4096 = 102760448 weights, as in the table of the lecture CS231n.
    ("linear", (25088,), {"units": 4096}, (4096,), {"kernel": (4096, 25088), "bias": (4096,)},
     {"mac": 102760448, "add": 4096}, ALL),
    # LeNet-5's F6: 84 * (120 + 1) = 10164 parameters (LeCun et al. 1998, page 8).
    ("linear", (120,), {"units": 84}, (84,), {"kernel": (84, 120), "bias": (84,)}, {"mac": 10080, "add": 84}, ALL),
    ("linear", (7, 3), {"units": 4, "bias": False}, (4, 3), {"kernel": (4, 7)}, {"mac": 84}, EACH),
    ("linear", (3, 4, 5), {"units": 2}, (2, 4, 5), {"kernel": (2, 3), "bias": (2,)}, {"mac": 120, "add": 40}, EACH),
    # LeNet-5's output: 84 fixed values a class; for each of 840 a subtraction, a square and, but once a class, a sum.
    ("rbf", (84,), {"units": 10, "trained": False}, (10,), {"centres": (10, 84)}, {"mul": 840, "add": 1670}, ALL),
    ("rbf", (2, 3), {"units": 4}, (4, 3), {"centres": (4, 2)}, {"mul": 24, "add": 36}, EACH),
    ("flatten", (512, 7, 7), {}, (25088,), {}, {}, FLAT),
    ("flatten", (9,), {}, (9,), {}, {}, FLAT),
    ("flatten", (2, 3, 4, 5), {}, (120,), {}, {}, FLAT),
    ("batch_norm", (5, 4, 7), {}, (5, 4, 7), {"gamma": (5,), "beta": (5,), "mean": (5,), "variance": (5,)},
     {"mul": 140, "add": 140}, EACH),
    ("batch_norm", (3,), {"scale": False}, (3,), {"beta": (3,), "mean": (3,), "variance": (3,)},
     {"mul": 3, "add": 3}, EACH),
    ("batch_norm", (3, 2), {"center": False}, (3, 2), {"gamma": (3,), "mean": (3,), "variance": (3,)},
     {"mul": 6, "add": 6}, EACH),
    # The seven values that Keras counts for the Normalization layer of an EfficientNet on RGB images.
    ("standardize", (3, 4, 7), {}, (3, 4, 7), {"mean": (3,), "variance": (3,), "count": (1,)},
     {"add": 84, "div": 84}, EACH),
    # 60 values: a square and the product with alpha; 4 additions among 5 squares and that of k.
    ("lrn", (5, 4, 3), {}, (5, 4, 3), {}, {"mul": 120, "add": 300, "exp": 60, "div": 60}, EACH),
    ("lrn", (4, 5), {"size": 3}, (4, 5), {}, {"mul": 40, "add": 60, "exp": 20, "div": 20}, EACH),
    ("relu", (5, 4, 7), {}, (5, 4, 7), {}, {"compare": 140}, EACH),
    ("relu6", (5, 4, 7), {}, (5, 4, 7), {}, {"compare": 280}, EACH),
    ("sigmoid", (5, 4), {}, (5, 4), {}, {"exp": 20, "add": 20, "div": 20}, EACH),
    ("tanh", (5, 4), {}, (5, 4), {}, {"exp": 20}, EACH),
    ("exp", (5, 4), {}, (5, 4), {}, {"exp": 20}, EACH),
    # At every position 5 exponentials, 4 additions, 5 divisions; one position, then six.
    ("softmax", (5,), {}, (5,), {}, {"exp": 5, "add": 4, "div": 5}, EACH),
    ("softmax", (5, 2, 3), {}, (5, 2, 3), {}, {"exp": 30, "add": 24, "div": 30}, EACH),
    ("softmax", (1, 3), {}, (1, 3), {}, {"exp": 3, "div": 3}, EACH),
    ("dropout", (9,), {"rate": 0.2}, (9,), {}, {}, EACH),
    ("identity", (5, 4, 7), {}, (5, 4, 7), {}, {}, EACH),
    ("pad", (3, 5, 8), {"padding": [[0, 1], [2, 3]]}, (3, 6, 13), {}, {}, ((1, 1), (1, 1), (0, 2), (1, 1), (1, 1))),
    ("pad", (3, 5, 8), {"padding": 2}, (3, 9, 12), {}, {}, ((1, 1), (1, 1), (2, 2), (1, 1), (1, 1))),
    ("pad", (2, 7), {"padding": [3]}, (2, 13), {}, {}, ((1,), (1,), (3,), (1,), (1,))),
    ("pad", (2, 5, 6, 7), {"padding": [1, [0, 2], 0]}, (2, 7, 8, 7), {}, {},
     ((1, 1, 1), (1, 1, 1), (1, 0, 0), (1, 1, 1), (1, 1, 1))),
    # U-Net, Ronneberger et al. 2015, figure 1: 64 -> 56, 4 pixels from every side.
    ("crop", (512, 64, 64), {"cropping": 4}, (512, 56, 56), {}, {}, ((1, 1), (1, 1), (-4, -4), (1, 1), (1, 1))),
    ("crop", (3, 5, 8), {"cropping": [[0, 1], [2, 3]]}, (3, 4, 3), {}, {}, ((1, 1), (1, 1), (0, -2), (1, 1), (1, 1))),
    ("crop", (3, 5), {"cropping": [[4, 0]]}, (3, 1), {}, {}, ((1,), (1,), (-4,), (1,), (1,))),
]  # fmt: skip


@pytest.mark.parametrize(("op", "shape", "arguments", "output", "weights", "work", "window"), RESULTS)
def test_results(make, op, shape, arguments, output, weights, work, window):
    made = make(op, shape, **arguments)
    assert (made.shape, made.weights, made.work, made.window) == (output, weights, work, window)


@pytest.mark.parametrize(
    ("op", "storage"),
    [("conv", STORED), ("linear", STORED), ("max_pool", STORED), ("batch_norm", STORED), ("lrn", STORED),
     ("add", STORED), ("concat", STORED), ("multiply", STORED), ("pad", STORED), ("crop", STORED),
     ("global_avg_pool", STORED), ("adaptive_avg_pool", STORED), ("depthwise_conv", STORED),
     ("relu", IN_PLACE), ("relu6", IN_PLACE), ("sigmoid", IN_PLACE), ("tanh", IN_PLACE), ("softmax", IN_PLACE),
     ("dropout", IN_PLACE), ("exp", IN_PLACE), ("rbf", STORED), ("flatten", VIEW), ("identity", VIEW)],
)  # fmt: skip
def test_storage(op, storage):
    """The rule of the design, section 4: elementwise activations, dropout and softmax in place, views store nothing."""
    assert find(op).storage == storage


ERRORS = [
    ("pad", (3,), {"padding": 1}, None, "pad needs 1 to 3 spatial axes, the input [3] has 0"),
    ("crop", (3,), {"cropping": 1}, None, "crop needs 1 to 3 spatial axes"),
    ("pad", (3, 4), {"padding": [1, 1]}, "padding", "padding has 2 values, but the input has 1 spatial axis"),
    ("crop", (3, 4, 5), {"cropping": [1, 2, 3]}, "cropping", "cropping has 3 values, but the input has 2"),
    ("crop", (3, 4), {"cropping": 2}, "cropping", "cropping leaves nothing of the input [3, 4]"),
    ("crop", (3, 9, 4), {"cropping": [[0, 0], [3, 1]]}, "cropping", "cropping leaves nothing of the input [3, 9, 4]"),
]


@pytest.mark.parametrize(("op", "shape", "arguments", "attribute", "message"), ERRORS)
def test_errors(make, op, shape, arguments, attribute, message):
    with pytest.raises(ShapeError, match=re.escape(message)) as caught:
        make(op, shape, **arguments)
    assert caught.value.attribute == attribute
