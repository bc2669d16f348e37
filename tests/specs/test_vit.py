"""The Vision Transformer against torchvision and timm."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


# torchvision: num_params, and _ops of 17.564, 4.409, 61.555 and 15.378 GFLOPS. S/16: timm's vit_small_patch16_224;
# Touvron et al. 2021, Table 1: 22M.
@pytest.mark.parametrize(
    ("name", "params", "macs"),
    [
        ("vit_b_16", 86_567_656, 17_563_828_224),
        ("vit_b_32", 88_224_232, 4_409_186_304),
        ("vit_l_16", 304_326_632, 61_554_712_576),
        ("vit_l_32", 306_535_400, 15_377_539_072),
        ("vit_s_16", 22_050_664, 4_598_882_304),
    ],
)
def test_totals(name, params, macs):
    totals = analyze(name).totals
    assert (totals["params"], totals["macs"], totals["buffers"]) == (params, macs, 0)


# torchvision's vit_b_16, by module: conv_proj, class_token, encoder.pos_embedding, and in encoder_layer_0 ln_1,
# self_attention, mlp.0 and mlp.3. 196 patches and the token.
@pytest.mark.parametrize(
    ("layer", "output", "params"),
    [
        ("patches", [768, 14, 14], 590_592),
        ("class_token", [768, 197], 768),
        ("positional_embedding", [768, 197], 151_296),
        ("encoder.0.add.1.layer_norm", [768, 197], 1_536),
        ("encoder.0.add.1.attention", [768, 197], 2_362_368),
        ("encoder.0.add_2.1.mlp1", [3072, 197], 2_362_368),
        ("encoder.0.add_2.1.mlp2", [768, 197], 2_360_064),
        ("class", [768, 1], 0),
        ("head", [1000], 769_000),
    ],
)
def test_b_16_layer(layer, output, params):
    rows = analyze("vit_b_16").table(("output", "params"), everything=True).rows
    assert {name: values for name, *values in rows}[layer] == [output, params]


def test_other_resolution():
    # torchvision, ViT_B_16_Weights.IMAGENET1K_SWAG_E2E_V1, at 384x384: 86,859,496 parameters and 55.484 GFLOPS.
    totals = analyze("vit_b_16", resolution=384).totals
    assert (totals["params"], round(totals["macs"] / 1e9, 3)) == (86_859_496, 55.484)
