"""Networks drawn at random, executed exhaustively: nothing observed differs from what is computed."""

import random

import pytest

import archcalc

PADDINGS = ["0", "1", "valid", "half", "same", "[[1, 2], 0]", "2"]


def layer(draw):
    """A layer as a line of a spec; it need not fit what stands before it."""
    size, stride, dilation = draw.choice([1, 2, 3, 4, 5]), draw.choice([1, 1, 2, 3]), draw.choice([1, 1, 2])
    padding, filters, groups = draw.choice(PADDINGS), draw.choice([2, 3, 4, 6, 8]), draw.choice([1, 1, 2, 3])
    kernel = draw.choice([size, f"[{size}, {draw.choice([1, 2, 3])}]"])
    window = f"kernel: {kernel}, stride: {stride}, padding: {padding}"
    return draw.choice(
        [
            f"{{conv: {{filters: {filters}, {window}, dilation: {dilation}, groups: {groups}}}}}",
            f"{{conv: {{filters: {filters}, kernel: 1, bias: false}}}}",
            f"{{depthwise_conv: {{{window}, multiplier: {draw.choice([1, 2])}}}}}",
            f"{{conv_transpose: {{filters: {filters}, kernel: {size}, stride: {stride}, groups: {groups}}}}}",
            f"{{max_pool: {{{window}, ceil_mode: {draw.choice(['true', 'false'])}}}}}",
            f"{{avg_pool: {{{window}}}}}",
            f"{{adaptive_avg_pool: [{size}, 2]}}",
            f"{{upsample: {{factor: {draw.choice([1, 2])}, mode: {draw.choice(['nearest', 'bilinear'])}}}}}",
            f"{{add: [[{{depthwise_conv: {{kernel: 3, padding: 1}}}}, {draw.choice(['gelu', 'silu', 'elu'])}], []]}}",
            f"{{concat: [[{{max_pool: {{kernel: 3, stride: 1, padding: 1}}}}], [{{conv: [{filters}, 1]}}]]}}",
            "{multiply: [[], [global_avg_pool, {linear: in_channels}, sigmoid]]}",
            f"{{group_norm: {groups}}}",
            f"{{slice: {{begin: 1, end: {filters}}}}}",
            f"{{attention: {{heads: {groups}}}}}",
            *("batch_norm", "relu", "layer_norm", "prelu", "{pixel_shuffle: 2}", "{space_to_depth: 2}", "{pad: 1}"),
            *("{crop: 1}", "{channel_shuffle: 2}", "{lrn: 3}", "hard_swish", "{scale: 0.5}", "std_pool"),
            *("flatten", "{linear: 5}", "{head: [global_max_pool, {linear: 3}]}"),
        ]
    )


def network(seed):
    """A text of two to twelve layers, each of which fits."""
    draw = random.Random(seed)
    lines = [f"input: [{draw.choice([2, 3, 4, 6])}, {draw.randint(5, 14)}, {draw.randint(5, 14)}]", "layers:"]
    wanted = draw.randint(2, 12)
    for _ in range(60):
        longer = [*lines, f"  - {layer(draw)}"]
        try:
            graph = archcalc.loads("\n".join(longer))
        except archcalc.ArchcalcError:
            continue
        if max(layer.output.elements for layer in graph.layers) > 5000:
            continue
        lines = longer
        if len(lines) == wanted + 2:
            break
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(200))
def test_a_drawn_network(seed):
    text = network(seed)
    found = archcalc.verify(archcalc.loads(text), batch=1 + seed % 2, exhaustive=seed % 3 > 0)
    assert found.differences == [], text
