"""The language does what its description says. Every expected number is counted by hand."""

import pytest

import archcalc


def shapes(text, **overrides):
    """Path -> output shape of every layer but the inputs."""
    graph = archcalc.loads(text, **overrides)
    return {layer.path: layer.output.shape for layer in graph.layers if layer.op_name != "input"}


def sources(text):
    """Path -> paths of what flows into it."""
    layers = archcalc.loads(text).layers
    return {layer.path: [layers[index].path for index in layer.inputs] for layer in layers}


def outputs(text):
    graph = archcalc.loads(text)
    return [graph.layers[index].path for index in graph.outputs]


RESNET = """
name: ResNet-50
source: "He et al., CVPR 2016, Table 1"      # where the architecture is defined; shown in reports
input: [3, 224, 224]                         # or a mapping of named inputs {image: [3, 224, 224], state: [8]}
vars: {classes: 1000, width: 1.0}            # knobs; --set width=0.5 overrides; values may be lists
blocks:
  conv_bn:
    args: {filters: , kernel: 1, stride: 1}  # an empty value = required
    layers:
      - conv: {filters: filters, kernel: kernel, stride: stride, padding: half, bias: false}
      - batch_norm
  bottleneck:
    args: {filters: , stride: 1}
    layers:
      - add:                                 # a merge runs its branches on its own input; [] is the identity
          - - conv_bn: [filters]             # positional arguments, in the block's order
            - relu
            - conv_bn: [filters, 3, stride]
            - relu
            - conv_bn: [4*filters]
          - - conv_bn: [4*filters, 1, stride]
              when: stride != 1 or in_channels != 4*filters
      - relu
layers:
  - conv_bn: [64, 7, 2]
  - relu
  - max_pool: {kernel: 3, stride: 2, padding: 1}
  - bottleneck: {filters: 64}
    repeat: 3                                # `i` counts from 0 inside
    name: conv2                              # names the result; layers inside are conv2.0..., conv2.1...
  - global_avg_pool
  - linear: classes                          # one positional argument
  - softmax
"""


def test_the_example_of_the_description():
    """The stem of ResNet-50 and its first stage: 224 -> 112 by the conv, -> 56 by the pool."""
    graph = archcalc.loads(RESNET)
    assert (graph.name, graph.source) == ("ResNet-50", "He et al., CVPR 2016, Table 1")
    assert dict(graph.vars) == {"classes": 1000, "width": 1.0}
    found = {layer.path: layer.output.shape for layer in graph.layers}
    assert found["conv_bn.conv"] == (64, 112, 112)
    assert found["max_pool"] == (64, 56, 56)
    # Only the first block changes the number of channels, so only it has a conv on its shortcut.
    assert [path for path in found if ".add.1." in path] == [
        "conv2.0.add.1.conv_bn.conv",
        "conv2.0.add.1.conv_bn.batch_norm",
    ]
    assert found["conv2.2.add.0.conv_bn_3.conv"] == (256, 56, 56)
    assert found["linear"] == (1000,)
    # 64*3*49 = 9,408 of the stem; 64*64 + 64*64*9 + 64*256 + 64*256 = 73,728 of the first block;
    # 256*64 + 64*64*9 + 64*256 = 69,632 of each of the other two; 256*1000 + 1000 = 257,000 of the end.
    # Two of batch_norm for each output of a conv: 64; 64 + 64 + 256 + 256 = 640; 64 + 64 + 256 = 384 twice.
    assert archcalc.analyze(graph).totals["params"] == (
        9_408 + 73_728 + 2 * 69_632 + 257_000 + 2 * (64 + 640 + 2 * 384)
    )


# A spec, and the paths and shapes of its layers.
SHAPES = {
    "vars and expressions": (
        "input: [channels, 2*h, w + 1]\nvars: {channels: 2 + 1, h: 8, w: 12, k: 'h // 2 - 1'}\n"
        "layers: [{conv: {filters: channels*4, kernel: k}}]",
        # 16 - 3 + 1 and 13 - 3 + 1
        {"conv": (12, 14, 11)},
    ),
    "vars in any order, and lists": (
        "input: [3, 9, 7]\nvars: {first: 'w[0]', w: [base, 2*base], base: 5}\n"
        "layers: [{conv: [first, 1]}, {conv: ['w[1]', 1]}]",
        {"conv": (5, 9, 7), "conv_2": (10, 9, 7)},
    ),
    "in_channels and in_size": (
        "input: [3, 9, 7]\nlayers:\n- conv: [2*in_channels, 1]\n"
        "- conv: {filters: 'in_size[0]', kernel: [1, 'in_size[1]']}\n"
        "- conv: [in_channels + len(in_size), 1]",
        {"conv": (6, 9, 7), "conv_2": (9, 9, 1), "conv_3": (11, 9, 1)},
    ),
    "positional, named and default arguments": (
        "input: [3, 19, 17]\nblocks:\n  c:\n    args: {f: , k: 3, s: 1}\n    layers: [{conv: [f, k, s]}]\n"
        "layers:\n- c: 4\n- c: {k: 1, f: 5}\n- c: [6, 2, 2]\n- c: {s: 2, f: 7}\n- c: [8, 1]",
        # 19-2 x 17-2; kept; (17-2)//2+1 x (15-2)//2+1; (8-3)//2+1 x (7-3)//2+1; kept
        {
            "c.conv": (4, 17, 15),
            "c_2.conv": (5, 17, 15),
            "c_3.conv": (6, 8, 7),
            "c_4.conv": (7, 3, 3),
            "c_5.conv": (8, 3, 3),
        },
    ),
    "defaults that use other arguments and what arrives": (
        "input: [3, 19, 7]\nblocks:\n  c:\n    args: {k: 3, f: in_channels*k, s: k - 1}\n"
        "    layers: [{conv: [f, k, s]}]\n"
        "layers:\n- c\n- c: {f: 5}\n- c: {k: 1, s: 1}",
        # 3*3 of (19-3)//2+1 x (7-3)//2+1; 5 of (9-3)//2+1 x (3-3)//2+1; 5*1, kept
        {"c.conv": (9, 9, 3), "c_2.conv": (5, 4, 1), "c_3.conv": (5, 4, 1)},
    ),
    "operators of conv": (
        "input: [4, 11, 8]\nlayers:\n- conv: {filters: 6, kernel: [5, 3], stride: [2, 3], padding: [[1, 2], 0], "
        "groups: 2}",
        # (11 + 3 - 5)//2 + 1 and (8 - 3)//3 + 1
        {"conv": (6, 5, 2)},
    ),
    "words of padding": (
        "input: [4, 11, 8]\nlayers:\n- conv: {filters: 6, kernel: 3, padding: same, stride: 2}\n"
        "- conv: {filters: 6, kernel: [3, 5], padding: half}\n- conv: {filters: 6, kernel: 3, padding: valid}",
        # ceil(11/2) x ceil(8/2); kept; 6 - 2 x 4 - 2
        {"conv": (6, 6, 4), "conv_2": (6, 6, 4), "conv_3": (6, 4, 2)},
    ),
    "a list for the only argument that takes one": (
        "input: [2, 5, 4]\nlayers: [{pad: [[0, 1], 2]}, {crop: [1, 2]}, {adaptive_avg_pool: [2, 3]}]",
        {"pad": (2, 6, 8), "crop": (2, 4, 4), "adaptive_avg_pool": (2, 2, 3)},
    ),
    "repeat counts from 0": (
        "input: [3, 9, 7]\nlayers: [{conv: [4 + i, 1], repeat: 3}]",
        {"conv.0": (4, 9, 7), "conv.1": (5, 9, 7), "conv.2": (6, 9, 7)},
    ),
    "repeat of 0 leaves it out": ("input: [3, 9, 7]\nlayers: [{conv: [4, 1], repeat: 0}, relu]", {"relu": (3, 9, 7)}),
    "repeats in repeats have a counter each": (
        "input: [3, 9, 7]\nvars: {w: [2, 1]}\nlayers:\n- name: stage\n  repeat: 2\n  sequence:\n"
        "  - {conv: [10*(i + 1), 1], name: before}\n  - {conv: [5 + i, 1], name: c, repeat: 'w[i]'}\n"
        "  - {conv: [20*(i + 1), 1], name: after}",
        {
            "stage.0.before": (10, 9, 7),
            "stage.0.c.0": (5, 9, 7),
            "stage.0.c.1": (6, 9, 7),
            "stage.0.after": (20, 9, 7),
            "stage.1.before": (20, 9, 7),
            "stage.1.c.0": (5, 9, 7),
            "stage.1.after": (40, 9, 7),
        },
    ),
    "the counter of a repeated block": (
        "input: [3, 9, 7]\nblocks: {c: {layers: [{conv: [4 + i, 1]}]}}\nlayers: [{c: , repeat: 2}]",
        {"c.0.conv": (4, 9, 7), "c.1.conv": (5, 9, 7)},
    ),
    "when": (
        "input: [3, 9, 7]\nvars: {deep: true}\nlayers:\n- {conv: [4, 1], when: in_channels == 4}\n"
        "- {conv: [5, 1], when: 'deep and in_size[0] > in_size[1]'}\n- {conv: [6, 1], when: not deep}\n"
        "- {relu: , when: i > 0, repeat: 2}",
        {"conv": (5, 9, 7), "relu.1": (5, 9, 7)},
    ),
    "in_size is a list": (
        "input: [3, 9, 7]\nvars: {size: [9, 7]}\n"
        "blocks: {b: {args: {s: }, layers: [{conv: ['s[0] + len(s) + min(s)', 1], when: s == size}]}}\n"
        "layers: [{b: in_size}, {conv: [sum(in_size) + max(in_size), 1], when: in_size == size}]",
        # 9 + 2 + 7; 16 + 9
        {"b.conv": (18, 9, 7), "conv": (25, 9, 7)},
    ),
    "merges of branches": (
        "input: [3, 9, 7]\nlayers:\n- concat: [[{conv: [4, 1]}], [], [{conv: [5, 3, 1, 1]}, relu]]\n"
        "- add: [[sigmoid], [], []]\n"
        "- multiply: [[], [global_avg_pool]]",
        {
            "concat.0.conv": (4, 9, 7),
            "concat.2.conv": (5, 9, 7),
            "concat.2.relu": (5, 9, 7),
            "concat": (12, 9, 7),
            "add.0.sigmoid": (12, 9, 7),
            "add": (12, 9, 7),
            "multiply.1.global_avg_pool": (12,),
            "multiply": (12, 9, 7),
        },
    ),
    "branches that begin at a name": (
        "input: [3, 9, 7]\nlayers: [{relu: , name: a}, {conv: [8, 1]}, {concat: [[], [{conv: [4, 1]}]], from: a}]",
        {"a": (3, 9, 7), "conv": (8, 9, 7), "concat.1.conv": (4, 9, 7), "concat": (7, 9, 7)},
    ),
    "merges of names": (
        "input: [3, 9, 7]\nlayers:\n- {conv: [4, 1], name: a}\n- {conv: [5, 1], name: b}\n"
        "- {concat: , from: [a, b, input, a]}",
        {"a": (4, 9, 7), "b": (5, 9, 7), "concat": (16, 9, 7)},
    ),
    "sequence": (
        "input: [3, 9, 7]\nlayers:\n- {sequence: [{conv: [4, 1]}, relu], name: stem}\n- sequence: []\n"
        "- sequence: [{conv: [5, 1]}]\n"
        "  from: input",
        {"stem.conv": (4, 9, 7), "stem.relu": (4, 9, 7), "sequence_2.conv": (5, 9, 7)},
    ),
    "several inputs": (
        "input: {image: [3, 9, 7], state: [2*n], n_more: n}\nvars: {n: 4}\n"
        "layers: [{global_avg_pool: , name: image_vector}, {concat: , from: [image_vector, state, n_more]}]",
        {"image_vector": (3,), "concat": (15,)},
    ),
    "one axis, three axes, none": (
        "input: {a: [2, 11], b: [2, 5, 6, 7], c: [9]}\n"
        "layers: [{conv: [3, 4, 2]}, {conv: [3, [1, 2, 3]], from: b}, {linear: 4, from: c}]",
        # (11-4)//2+1; 5-0 x 6-1 x 7-2
        {"conv": (3, 4), "conv_2": (3, 5, 5, 5), "linear": (4,)},
    ),
    "block with inputs": (
        "input: [3, 9, 7]\nblocks:\n  join:\n    inputs: [left, right]\n    args: {f: in_channels}\n"
        "    layers: [{conv: [f, 1], name: conv1}, {concat: , from: [left, right, conv1]}]\n"
        "layers: [{conv: [4, 1], name: a}, {conv: [5, 1], name: b}, {join: , from: [b, a]}, {join: {f: 2}, "
        "from: [input, a]}]",
        # what arrives at a block is the first of its inputs
        {
            "a": (4, 9, 7),
            "b": (5, 9, 7),
            "join.conv1": (5, 9, 7),
            "join.concat": (14, 9, 7),
            "join_2.conv1": (2, 9, 7),
            "join_2.concat": (9, 9, 7),
        },
    ),
    "text as a knob": (
        "input: [3, 9, 7]\nvars: {where: 3x3, pad: half}\n"
        "layers: [{conv: {filters: 4, kernel: 3 if where == 3x3 else 1, padding: pad if where != 1x1 else valid}}]",
        {"conv": (4, 9, 7)},
    ),
    "unnamed layers keep off written names": (
        "input: [3, 9, 7]\nlayers: [relu, {conv: [4, 1], name: relu_2}, relu, {sequence: [relu, relu]}, "
        "{relu: , name: conv}, {conv: [5, 1]}]",
        {
            "relu": (3, 9, 7),
            "relu_2": (4, 9, 7),
            "relu_3": (4, 9, 7),
            "sequence.relu": (4, 9, 7),
            "sequence.relu_2": (4, 9, 7),
            "conv": (4, 9, 7),
            "conv_2": (5, 9, 7),
        },
    ),
    "an input is named like an op": (
        "input: {relu: [3, 9, 7]}\nlayers: [relu, {linear: 2}]",
        {"relu_2": (3, 9, 7), "linear": (2, 9, 7)},
    ),
    "names that hold expressions": (
        "input: [3, 9, 7]\nvars: {n: 7}\nlayers: [{relu: , name: 'stage{n}_x{2*n - 14}'}, {conv: [i + 1, 1], "
        "name: 'c{i + 8}', repeat: 2}]",
        {"stage7_x0": (3, 9, 7), "c8": (1, 9, 7), "c9": (2, 9, 7)},
    ),
    "input of one number, or a var that is a list": (
        "input: {a: 5, b: size}\nvars: {size: [4, 9, 7]}\nlayers: [{linear: 3}, {conv: [2, 1], from: b}]",
        {"linear": (3,), "conv": (2, 9, 7)},
    ),
}


@pytest.mark.parametrize("case", SHAPES)
def test_shapes(case):
    text, expected = SHAPES[case]
    assert shapes(text) == expected


# A spec, and what flows into some of its layers.
SOURCES = {
    "a name is seen behind sequences and branches": (
        "input: [3, 9, 7]\nlayers:\n- sequence: [{relu: , name: a}]\n- add: [[{sigmoid: , name: b}], [tanh]]\n"
        "- {add: , from: [a, b]}",
        {"add_2": ["sequence.a", "add.0.b"]},
    ),
    "a branch sees the names of branches before it": (
        "input: [3, 9, 7]\nlayers: [{add: [[{relu: , name: a}], [{sigmoid: , from: a}]]}]",
        {"add.1.sigmoid": ["add.0.a"]},
    ),
    "a block has names of its own": (
        "input: [3, 9, 7]\nblocks: {c: {layers: [{sigmoid: , name: a}, {add: , from: [a, a]}]}}\n"
        "layers: [{relu: , name: a}, c, {add: , from: [a, a]}]",
        {"c.add": ["c.a", "c.a"], "add": ["a", "a"]},
    ),
    "the name of a repetition is its last result": (
        "input: [3, 9, 7]\nlayers: [{relu: , name: a, repeat: 3}, sigmoid, {add: , from: [a, input]}]",
        {"a.1": ["a.0"], "add": ["a.2", "input"]},
    ),
    "cells read the two before them": (
        "input: [3, 9, 7]\nblocks: {cell: {inputs: [h, h_before], layers: [{add: , from: [h, h_before]}]}}\n"
        "layers:\n- {relu: , name: cell_0}\n- {relu: , name: cell_1}\n"
        "- {cell: , name: 'cell_{i + 2}', from: ['cell_{i + 1}', 'cell_{i}'], repeat: 3}",
        {
            "cell_2.add": ["cell_1", "cell_0"],
            "cell_3.add": ["cell_2.add", "cell_1"],
            "cell_4.add": ["cell_3.add", "cell_2.add"],
        },
    ),
    "from begins elsewhere": (
        "input: [3, 9, 7]\nlayers: [{relu: , name: a}, sigmoid, {tanh: , from: a}, relu6]",
        {"tanh": ["a"], "relu6": ["tanh"]},
    ),
    "a repetition that begins elsewhere goes on from there": (
        "input: [3, 9, 7]\nvars: {n: 1}\nlayers: [{relu: , name: a}, {relu: , name: b1}, tanh, {sigmoid: , from: a, "
        "repeat: 3, when: i != 1}, {gelu: , name: 'g{i}', from: 'b{n}', repeat: 2}, "
        "{sequence: [elu], from: a, repeat: 2}]",
        {
            "sigmoid.0": ["a"],
            "sigmoid.2": ["sigmoid.0"],
            "g0": ["b1"],
            "g1": ["g0"],
            "sequence.0.elu": ["a"],
            "sequence.1.elu": ["sequence.0.elu"],
        },
    ),
    "a repetition that is left out is passed by": (
        "input: [3, 9, 7]\nlayers: [{relu: , name: a}, tanh, {sigmoid: , from: a, repeat: 2, when: i > 0}, {elu: , "
        "from: a, repeat: 2, when: i > 1}]",
        {"sigmoid.1": ["a"]},
    ),
    "repeated heads begin alike": (
        "input: [3, 9, 7]\nlayers: [{relu: , name: a}, tanh, {head: [elu], from: a, repeat: 2}, gelu]",
        {"head.0.elu": ["a"], "head.1.elu": ["a"], "gelu": ["tanh"]},
    ),
    "a false `when` needs no sources": (
        "input: [3, 9, 7]\nvars: {deep: false}\nlayers: [{relu: , name: a, when: deep}, tanh, {sigmoid: , from: a, "
        "when: deep}, {elu: , from: 'x{i}', repeat: 2, when: i < 0}, gelu, {tanh: , name: 'x{2}'}]",
        {"gelu": ["tanh"]},
    ),
    "every repetition goes on from the one before": (
        "input: [3, 9, 7]\nlayers: [{add: [[relu], []], repeat: 2}]",
        {"add.0": ["add.0.0.relu", "input"], "add.1": ["add.1.0.relu", "add.0"]},
    ),
    "what a false `when` leaves out is passed by": (
        "input: [3, 9, 7]\nlayers: [relu, {sigmoid: , when: false}, tanh]",
        {"tanh": ["relu"]},
    ),
    "a head leaves the path unchanged": (
        "input: [3, 9, 7]\nlayers: [relu, {head: [flatten, {linear: 2}]}, sigmoid]",
        {"head.linear": ["head.flatten"], "sigmoid": ["relu"]},
    ),
}


@pytest.mark.parametrize("case", SOURCES)
def test_sources(case):
    text, expected = SOURCES[case]
    found = sources(text)
    assert {path: found[path] for path in expected} == expected


# A spec, and the paths of its outputs: the end of the main path, then the heads in their order.
OUTPUTS = {
    "one": ("input: [3, 9, 7]\nlayers: [relu, sigmoid]", ["sigmoid"]),
    "heads": (
        "input: [3, 9, 7]\nlayers: [relu, {head: [flatten, {linear: 2}], name: aux}, {head: [tanh], "
        "from: input}, sigmoid]",
        ["sigmoid", "aux.linear", "head.tanh"],
    ),
    "heads of a repeated block": (
        "input: [3, 9, 7]\nblocks: {b: {layers: [relu, {head: [tanh]}]}}\nlayers: [{b: , repeat: 2}]",
        ["b.1.relu", "b.0.head.tanh", "b.1.head.tanh"],
    ),
    "a head that is the end too": ("input: [3, 9, 7]\nlayers: [relu, {head: []}]", ["relu"]),
}


@pytest.mark.parametrize("case", OUTPUTS)
def test_outputs(case):
    text, expected = OUTPUTS[case]
    assert outputs(text) == expected


def test_every_path_is_unique():
    """Names, counters and expressions that come close to one another."""
    text = (
        "input: [3, 9, 7]\nblocks: {relu_2: {layers: [relu, relu]}}\nlayers:\n"
        "- {sequence: [relu, relu_2, relu], repeat: 2}\n"
        "- {relu: , repeat: 2}\n- relu_2\n- {relu: , name: relu_4}\n- relu\n- relu\n- add: [[relu], [relu_2, relu]]\n"
        "- {relu: , name: 'relu-{1}'}\n"
    )
    paths = [layer.path for layer in archcalc.loads(text).layers]
    assert len(set(paths)) == len(paths) == 1 + 8 + 2 + 2 + 1 + 2 + 5 + 1
