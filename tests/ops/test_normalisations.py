"""Activations with and without parameters, normalisations, tokens and pools of statistics: counts by hand."""

import re

import pytest

from archcalc.graph.op import ALL, BIAS, BUFFER, EACH, FACTOR, IN_PLACE, NORM, STORED, TOKEN, ShapeError
from archcalc.graph.tensor import Tensor
from archcalc.ops import find

# op, input, attributes -> output, shapes of the weights, work, window
RESULTS = [
    ("leaky_relu", (5, 4), {}, (5, 4), {}, {"compare": 20, "mul": 20}, EACH),
    ("leaky_relu", (5, 4), {"slope": 0.2}, (5, 4), {}, {"compare": 20, "mul": 20}, EACH),
    ("prelu", (5, 4), {}, (5, 4), {"slope": (5,)}, {"compare": 20, "mul": 20}, EACH),
    ("prelu", (5, 4), {"shared": True}, (5, 4), {"slope": (1,)}, {"compare": 20, "mul": 20}, EACH),
    ("elu", (5, 4), {}, (5, 4), {}, {"compare": 20, "exp": 20, "add": 20, "mul": 20}, EACH),
    ("selu", (5, 4), {}, (5, 4), {}, {"compare": 20, "exp": 20, "add": 20, "mul": 40}, EACH),
    ("gelu", (5, 4), {}, (5, 4), {}, {"exp": 20, "add": 20, "mul": 60}, EACH),
    ("silu", (5, 4), {}, (5, 4), {}, {"exp": 20, "add": 20, "div": 20, "mul": 20}, EACH),
    ("mish", (5, 4), {}, (5, 4), {}, {"exp": 60, "add": 20, "mul": 20}, EACH),
    ("hard_sigmoid", (5, 4), {}, (5, 4), {}, {"add": 20, "compare": 40, "div": 20}, EACH),
    ("hard_swish", (5, 4), {}, (5, 4), {}, {"add": 20, "compare": 40, "div": 20, "mul": 20}, EACH),
    ("drop_path", (5, 4), {"rate": 0.2}, (5, 4), {}, {}, EACH),
    # Six positions of 5 channels. Each: 4 + 5 + 4 + 1 = 14 additions, 5 squares, 1 + 1 + 5 = 7 divisions, 1 root;
    # gamma and beta: 30 multiplications and additions.
    ("layer_norm", (5, 2, 3), {}, (5, 2, 3), {"gamma": (5,), "beta": (5,)},
     {"add": 114, "mul": 60, "div": 42, "exp": 6}, EACH),
    ("layer_norm", (5, 2, 3), {"scale": False}, (5, 2, 3), {"beta": (5,)},
     {"add": 114, "mul": 30, "div": 42, "exp": 6}, EACH),
    ("layer_norm", (5, 2, 3), {"center": False}, (5, 2, 3), {"gamma": (5,)},
     {"add": 84, "mul": 60, "div": 42, "exp": 6}, EACH),
    # One set of 30: 29 + 30 + 29 + 1 = 89 additions, 30 squares, 32 divisions, 1 root; gamma and beta as above.
    ("layer_norm", (5, 2, 3), {"positions": True}, (5, 2, 3), {"gamma": (5, 2, 3), "beta": (5, 2, 3)},
     {"add": 119, "mul": 60, "div": 32, "exp": 1}, ALL),
    # A vector is one set: 2 + 3 + 2 + 1 additions, 3 squares, 5 divisions.
    ("layer_norm", (3,), {"scale": False, "center": False}, (3,), {}, {"add": 8, "mul": 3, "div": 5, "exp": 1}, ALL),
    # Six positions of 5 channels. Each: 5 squares, 4 additions and that of epsilon, 1 root, 5 divisions.
    ("l2_norm", (5, 2, 3), {}, (5, 2, 3), {}, {"add": 30, "mul": 30, "div": 30, "exp": 6}, EACH),
    ("l2_norm", (3,), {}, (3,), {}, {"add": 3, "mul": 3, "div": 3, "exp": 1}, ALL),
    # Two groups of 12 values: 11 + 12 + 11 + 1 = 35 additions, 12 squares, 14 divisions, 1 root each.
    ("group_norm", (6, 4), {"groups": 2}, (6, 4), {"gamma": (6,), "beta": (6,)},
     {"add": 94, "mul": 48, "div": 28, "exp": 2}, ALL),
    ("group_norm", (6, 4), {"groups": 2, "scale": False, "center": False}, (6, 4), {},
     {"add": 70, "mul": 24, "div": 28, "exp": 2}, ALL),
    # Three channels of 4 values: 3 + 4 + 3 + 1 = 11 additions, 4 squares, 6 divisions, 1 root each.
    ("instance_norm", (3, 4), {}, (3, 4), {}, {"add": 33, "mul": 12, "div": 18, "exp": 3}, ALL),
    ("instance_norm", (3, 2, 2), {"scale": True, "center": True}, (3, 2, 2), {"gamma": (3,), "beta": (3,)},
     {"add": 45, "mul": 24, "div": 18, "exp": 3}, ALL),
    ("scale", (5, 4), {}, (5, 4), {"gain": (5,)}, {"mul": 20}, EACH),
    ("scale", (5, 4), {"bias": True}, (5, 4), {"gain": (5,), "bias": (5,)}, {"mul": 20, "add": 20}, EACH),
    ("scale", (5, 4), {"shared": True, "bias": True}, (5, 4), {"gain": (1,), "bias": (1,)}, {"mul": 20, "add": 20},
     EACH),
    ("scale", (5, 4), {"factor": 0.17}, (5, 4), {}, {"mul": 20}, EACH),
    # ViT-B/16, Dosovitskiy et al. 2021, at 224 x 224: 196 patches and a token, of width 768.
    ("class_token", (768, 196), {}, (768, 197), {"token": (768, 1)}, {}, ((1,), (1,), (1,), (1,), (1,))),
    ("class_token", (3, 4), {"tokens": 2}, (3, 6), {"token": (3, 2)}, {}, ((1,), (1,), (2,), (1,), (1,))),
    ("positional_embedding", (768, 197), {}, (768, 197), {"embedding": (768, 197)}, {"add": 151296}, EACH),
    ("positional_embedding", (3, 4, 5), {"trained": False}, (3, 4, 5), {"embedding": (3, 4, 5)}, {"add": 60}, EACH),
    # Snyder et al. 2018, table 1: statistics pooling turns 1500 x T into 3000.
    # By hand, 2 channels of 3: 2 + 3 + 2 additions, 3 squares, 2 divisions, 1 root each.
    ("std_pool", (1500, 1), {}, (3000,), {}, {"add": 1500, "mul": 1500, "div": 3000, "exp": 1500}, ALL),
    ("std_pool", (2, 3), {}, (4,), {}, {"add": 14, "mul": 6, "div": 4, "exp": 2}, ALL),
    ("std_pool", (2, 1, 3), {}, (4,), {}, {"add": 14, "mul": 6, "div": 4, "exp": 2}, ALL),
    # [2, 3, 4] over the axis of 3: 8 means of 3 values, 2 additions and 1 division each.
    ("mean", (2, 3, 4), {"axes": 1}, (2, 4), {}, {"add": 16, "div": 8}, ALL),
    ("mean", (2, 3, 4), {"axes": [2, 1]}, (2,), {}, {"add": 22, "div": 2}, ALL),
    ("mean", (2, 3, 4), {"axes": [2], "keep": True}, (2, 3, 1), {}, {"add": 18, "div": 6},
     ((1, 4), (1, 1), (0, 0), (1, 1), (1, 1))),
    ("mean", (2, 3, 4, 5), {"axes": [1, 3]}, (2, 4), {}, {"add": 112, "div": 8}, ALL),
]  # fmt: skip


@pytest.mark.parametrize(("op", "shape", "arguments", "output", "weights", "work", "window"), RESULTS)
def test_results(make, op, shape, arguments, output, weights, work, window):
    made = make(op, shape, **arguments)
    assert (made.shape, made.weights, made.work, made.window) == (output, weights, work, window)


# What torch has, printed with torch 2.13.0 as sum(p.numel() for p in module.parameters()):
# LayerNorm(768), LayerNorm((5, 4, 7)), GroupNorm(32, 256), InstanceNorm2d(64), InstanceNorm2d(64, affine=True),
# PReLU(64), PReLU().
@pytest.mark.parametrize(
    ("op", "shape", "arguments", "params"),
    [
        ("layer_norm", (768, 197), {}, 1536),
        ("layer_norm", (5, 4, 7), {"positions": True}, 280),
        ("group_norm", (256, 56, 48), {"groups": 32}, 512),
        ("instance_norm", (64, 9, 8), {}, 0),
        ("instance_norm", (64, 9, 8), {"scale": True, "center": True}, 128),
        ("prelu", (64, 9, 8), {}, 64),
        ("prelu", (64, 9, 8), {"shared": True}, 1),
    ],
)
def test_parameters_of_torch(make, op, shape, arguments, params):
    assert make(op, shape, **arguments).params == params


# Nothing here is a weight: these layers count in params, but neither in depth nor in neurons.
@pytest.mark.parametrize(
    ("op", "arguments", "roles"),
    [
        ("prelu", {}, [FACTOR]),
        ("scale", {"bias": True}, [FACTOR, BIAS]),
        ("layer_norm", {}, [NORM, NORM]),
        ("group_norm", {"groups": 1}, [NORM, NORM]),
        ("class_token", {}, [TOKEN]),
        ("positional_embedding", {}, [BIAS]),
        ("positional_embedding", {"trained": False}, [BUFFER]),
        ("batch_norm", {}, [NORM, NORM, BUFFER, BUFFER]),
        ("batch_norm", {"frozen": True}, [BUFFER] * 4),
    ],
)
def test_roles(op, arguments, roles):
    assert [weight.role for weight in find(op)(**arguments).weights(Tensor(3, (4,)))] == roles


@pytest.mark.parametrize(
    ("storage", "ops"),
    [
        (IN_PLACE, ["leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "mish", "hard_sigmoid", "hard_swish"]),
        (IN_PLACE, ["drop_path"]),
        (STORED, ["layer_norm", "group_norm", "instance_norm", "scale", "class_token", "positional_embedding"]),
        (STORED, ["mean", "std_pool", "ws_conv", "l2_norm"]),
    ],
)
def test_storage(storage, ops):
    """The rule of the design, section 4."""
    assert {find(op).storage for op in ops} == {storage}


# By hand: 8 filters of 16 x 3 x 3 = 1152 weights, 8 biases, 8 gains; every weight at 9 * 12 positions.
def test_ws_conv(make):
    made = make("ws_conv", (16, 9, 12), filters=8, kernel=3, padding=1)
    assert made.shape == (8, 9, 12)
    assert made.weights == {"kernel": (8, 16, 3, 3), "bias": (8,), "gain": (8,)}
    assert made.params == 1168
    assert made.work == {"mac": 124416, "add": 864}
    assert made.window == ((3, 3), (1, 1), (1, 1), (1, 1), (1, 1))
    assert make("ws_conv", (16, 9, 12), filters=8, kernel=3, gain=False, bias=False).params == 1152


def test_ws_conv_is_a_conv_to_its_user(make):
    """Whatever conv takes it takes, in the same order; and it says no to the same."""
    names = list(find("conv").__dataclass_fields__)
    assert list(find("ws_conv").__dataclass_fields__) == [*names, "gain"]
    for name in names:
        one, other = (find(op).__dataclass_fields__[name] for op in ("conv", "ws_conv"))
        assert (one.metadata, one.default) == (other.metadata, other.default)
    with pytest.raises(ShapeError, match="groups=2 does not divide the 3 input channels"):
        make("ws_conv", (3, 8, 9), filters=2, kernel=3, groups=2)


ERRORS = [
    ("group_norm", (6, 4), {"groups": 4}, "groups", "groups=4 does not divide the 6 input channels", None),
    ("instance_norm", (3,), {}, None, "instance_norm needs 1 to 3 spatial axes, the input [3] has 0",
     "a vector has no axis to slide along"),
    ("scale", (3,), {"factor": 2, "shared": True}, "factor", "a constant factor leaves nothing to train", None),
    ("scale", (3,), {"factor": 2, "bias": True}, "factor", "a constant factor leaves nothing to train", None),
    ("class_token", (3, 4, 5), {}, None, "class_token needs 1 spatial axis, the input [3, 4, 5] has 2",
     "reshape: [3, 20] before it makes a sequence of the positions"),
    ("class_token", (3,), {}, None, "class_token needs 1 spatial axis, the input [3] has 0",
     "reshape: [3, 1] before it makes a sequence of the positions"),
    ("std_pool", (3,), {}, None, "std_pool needs 1 to 3 spatial axes", "a vector has no axis to slide along"),
    ("mean", (3, 4, 5), {"axes": 0}, "axes", "axis 0 holds the channels; its spatial axes are 1, 2", None),
    ("mean", (3, 4, 5), {"axes": [1, 3]}, "axes", "the input [3, 4, 5] has no axis 3; its spatial axes are 1, 2", None),
    ("mean", (3,), {"axes": [1]}, "axes", "the input [3] has no axis 1; it has no spatial axis", None),
    ("mean", (3, 4, 5), {"axes": [1, 1]}, "axes", "an axis can be averaged only once", None),
]  # fmt: skip


@pytest.mark.parametrize(("op", "shape", "arguments", "attribute", "message", "hint"), ERRORS)
def test_errors(make, op, shape, arguments, attribute, message, hint):
    with pytest.raises(ShapeError, match=re.escape(message)) as caught:
        make(op, shape, **arguments)
    assert (caught.value.attribute, caught.value.hint) == (attribute, hint)
