"""The ops: one file each. This table of contents is all that is read until a spec uses an op.

To add an op, write its file and name its class here; nothing else needs to change.
"""

from __future__ import annotations

from importlib import import_module

from archcalc.errors import ArchcalcError, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Name in a spec, which is also the name of the file -> the class in it.
OPS = {
    "conv": "Conv",
    "depthwise_conv": "DepthwiseConv",
    "conv_transpose": "ConvTranspose",
    "ws_conv": "WsConv",
    "linear": "Linear",
    "rbf": "Rbf",
    "embedding": "Embedding",
    "lstm": "Lstm",
    "gru": "Gru",
    "attention": "Attention",
    "matmul": "Matmul",
    "max_pool": "MaxPool",
    "avg_pool": "AvgPool",
    "global_avg_pool": "GlobalAvgPool",
    "global_max_pool": "GlobalMaxPool",
    "adaptive_avg_pool": "AdaptiveAvgPool",
    "adaptive_max_pool": "AdaptiveMaxPool",
    "roi_pool": "RoiPool",
    "roi_align": "RoiAlign",
    "upsample": "Upsample",
    "pixel_shuffle": "PixelShuffle",
    "mean": "Mean",
    "std_pool": "StdPool",
    "flatten": "Flatten",
    "reshape": "Reshape",
    "transpose": "Transpose",
    "slice": "Slice",
    "channel_shuffle": "ChannelShuffle",
    "space_to_depth": "SpaceToDepth",
    "pad": "Pad",
    "crop": "Crop",
    "add": "Add",
    "concat": "Concat",
    "multiply": "Multiply",
    "batch_norm": "BatchNorm",
    "layer_norm": "LayerNorm",
    "group_norm": "GroupNorm",
    "instance_norm": "InstanceNorm",
    "l2_norm": "L2Norm",
    "standardize": "Standardize",
    "lrn": "LocalResponseNorm",
    "scale": "Scale",
    "class_token": "ClassToken",
    "positional_embedding": "PositionalEmbedding",
    "dropout": "Dropout",
    "drop_path": "DropPath",
    "identity": "Identity",
    "relu": "Relu",
    "relu6": "Relu6",
    "leaky_relu": "LeakyRelu",
    "prelu": "Prelu",
    "elu": "Elu",
    "selu": "Selu",
    "gelu": "Gelu",
    "silu": "Silu",
    "mish": "Mish",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "exp": "Exp",
    "hard_sigmoid": "HardSigmoid",
    "hard_swish": "HardSwish",
    "softmax": "Softmax",
}

# Words that attributes take; in an expression each stands for itself. A test holds this to the ops.
WORDS = ("valid", "half", "same", "nearest", "bilinear")


def find(name: str) -> Any:
    """The class of an op, imported when first asked for; raises ArchcalcError if there is none.

    >>> find("relu").__name__
    'Relu'
    """
    if name not in OPS:
        raise ArchcalcError(f"unknown op '{name}'", hint=did_you_mean(name, OPS))
    return getattr(import_module(f"archcalc.ops.{name}"), OPS[name])
