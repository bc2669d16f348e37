"""All-CNN-C against Springenberg et al., ICLR 2015 workshop, Table 1 and Table 3."""

import archcalc


def test_all_cnn_c():
    report = archcalc.analyze("all_cnn_c")
    assert report.totals["params"] == 1_369_738  # by hand, row by row; Table 3: about 1.3M
    assert report.graph.layer("conv3.conv").output.shape == (192, 6, 6)  # "6x6 spatial dimensions"
    assert report.totals["depth"] == 9
