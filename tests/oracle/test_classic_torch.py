"""Networks of the zoo, layer by layer in order, against modules built here from the papers, on the meta device."""

import pytest

import archcalc

torch = pytest.importorskip("torch", reason="no PyTorch to compare with: pip install 'archcalc[oracle]'")
nn, functional = torch.nn, torch.nn.functional


def vgg(convs, third=3, batch_norm=False):
    """Simonyan and Zisserman, Table 1."""
    layers, channels = [], 3
    for stage, width in enumerate((64, 128, 256, 512, 512)):
        for number in range(convs[stage]):
            kernel = third if number == 2 else 3
            layers.append(nn.Conv2d(channels, width, kernel, padding=kernel // 2))
            layers += [nn.BatchNorm2d(width)] if batch_norm else []
            channels = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(25088, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 1000))


def alexnet(widths, groups, padding):
    """Krizhevsky et al. 2012, figure 2; 2014, footnote 1."""
    a, b, c, d, e = widths
    return nn.Sequential(
        nn.Conv2d(3, a, 11, 4, padding),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(a, b, 5, padding=2, groups=groups),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(b, c, 3, padding=1),
        nn.Conv2d(c, d, 3, padding=1, groups=groups),
        nn.Conv2d(d, e, 3, padding=1, groups=groups),
        nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(36 * e, 4096),
        nn.Linear(4096, 4096),
        nn.Linear(4096, 1000),
    )


def nin():
    """Lin et al. 2014, as in the authors' nin_imagenet."""
    layers, channels = [], 3
    for width, kernel, stride, padding, last in [
        (96, 11, 4, 0, 96),
        (256, 5, 1, 2, 256),
        (384, 3, 1, 1, 384),
        (1024, 3, 1, 1, 1000),
    ]:
        layers += [nn.Conv2d(channels, width, kernel, stride, padding), nn.Conv2d(width, width, 1)]
        layers += [nn.Conv2d(width, last, 1)] + ([nn.MaxPool2d(3, 2, ceil_mode=True)] if last != 1000 else [])
        channels = last
    return nn.Sequential(*layers)


def dqn():
    """Mnih et al. 2015, Methods."""
    convs = nn.Conv2d(4, 32, 8, 4), nn.Conv2d(32, 64, 4, 2), nn.Conv2d(64, 64, 3)
    return nn.Sequential(*convs, nn.Flatten(), nn.Linear(3136, 512), nn.Linear(512, 18))


def c3d():
    """Tran et al. 2015, figure 3; pool5 padded as in programs that have no ceil mode."""
    layers, channels = [], 3
    for number, widths in enumerate([[64], [128], [256, 256], [512, 512], [512, 512]]):
        for width in widths:
            layers.append(nn.Conv3d(channels, width, 3, padding=1))
            channels = width
        layers.append(nn.MaxPool3d((1, 2, 2) if number == 0 else 2, padding=(0, 1, 1) if number == 4 else 0))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(8192, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 487))


class UNet(nn.Module):
    """Ronneberger et al. 2015, figure 1."""

    def __init__(self):
        super().__init__()
        widths = [64, 128, 256, 512, 1024]
        self.down = nn.ModuleList(
            [self.double(before, width) for before, width in zip([1, *widths], widths, strict=False)]
        )
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * width, width, 2, 2) for width in widths[:4]])
        self.joined = nn.ModuleList([self.double(2 * width, width) for width in widths[:4]])
        self.last = nn.Conv2d(64, 2, 1)

    @staticmethod
    def double(before, width):
        return nn.Sequential(nn.Conv2d(before, width, 3), nn.Conv2d(width, width, 3))

    def forward(self, x):
        skips = []
        for level, down in enumerate(self.down):
            x = down(functional.max_pool2d(x, 2) if level else x)
            skips.append(x)
        for level in (3, 2, 1, 0):
            x, skip = self.up[level](x), skips[level]
            border = (skip.shape[-1] - x.shape[-1]) // 2
            cropped = skip[..., border : border + x.shape[-2], border : border + x.shape[-1]]
            x = self.joined[level](torch.cat([cropped, x], 1))
        return self.last(x)


class Fcn8s(nn.Module):
    """Long et al. 2015, figure 3, with the offsets of the authors' voc-fcn8s."""

    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleList()
        channels = 3
        for stage, (width, count) in enumerate([(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]):
            layers = []
            for number in range(count):
                layers.append(nn.Conv2d(channels, width, 3, padding=100 if stage == number == 0 else 1))
                channels = width
            self.stages.append(nn.Sequential(*layers, nn.MaxPool2d(2, ceil_mode=True)))
        self.scores = nn.Sequential(nn.Conv2d(512, 4096, 7), nn.Conv2d(4096, 4096, 1), nn.Conv2d(4096, 21, 1))
        self.twice = nn.ModuleList([nn.ConvTranspose2d(21, 21, 4, 2, bias=False) for _ in range(2)])
        self.finer = nn.ModuleList([nn.Conv2d(512, 21, 1), nn.Conv2d(256, 21, 1)])
        self.last = nn.ConvTranspose2d(21, 21, 16, 8, bias=False)

    def forward(self, x):
        pools = [x]
        for stage in self.stages:
            pools.append(stage(pools[-1]))
        found = self.scores(pools[5])
        for twice, finer, pool, offset in zip(self.twice, self.finer, [pools[4], pools[3]], [5, 9], strict=True):
            found = twice(found)
            found = found + finer(pool)[..., offset : offset + found.shape[-2], offset : offset + found.shape[-1]]
        return self.last(found)[..., 31 : 31 + x.shape[-2], 31 : 31 + x.shape[-1]]


class XVector(nn.Module):
    """Snyder et al. 2018, Table 1."""

    def __init__(self):
        super().__init__()
        contexts = nn.Conv1d(24, 512, 5), nn.Conv1d(512, 512, 3, dilation=2), nn.Conv1d(512, 512, 3, dilation=3)
        self.frames = nn.Sequential(*contexts, nn.Conv1d(512, 512, 1), nn.Conv1d(512, 1500, 1))
        self.segments = nn.Sequential(nn.Linear(3000, 512), nn.Linear(512, 512), nn.Linear(512, 7205))

    def forward(self, x):
        frames = self.frames(x)
        return self.segments(torch.cat([frames.mean(-1), frames.std(-1)], 1))


NETWORKS = [
    ("vgg11", {}, lambda: vgg([1, 1, 2, 2, 2])),
    ("vgg11_lrn", {}, lambda: vgg([1, 1, 2, 2, 2])),
    ("vgg13", {"batch_norm": True}, lambda: vgg([2, 2, 2, 2, 2], batch_norm=True)),
    ("vgg16_c", {}, lambda: vgg([2, 2, 3, 3, 3], third=1)),
    ("vgg16", {}, lambda: vgg([2, 2, 3, 3, 3])),
    ("vgg16", {"batch_norm": True}, lambda: vgg([2, 2, 3, 3, 3], batch_norm=True)),
    ("vgg19", {}, lambda: vgg([2, 2, 4, 4, 4])),
    ("alexnet", {}, lambda: alexnet([96, 256, 384, 384, 256], 1, 0)),
    ("alexnet", {"groups": 2}, lambda: alexnet([96, 256, 384, 384, 256], 2, 0)),
    ("alexnet_owt", {}, lambda: alexnet([64, 192, 384, 256, 256], 1, 2)),
    ("nin", {}, nin),
    ("dqn", {}, dqn),
    ("c3d", {}, c3d),
    ("unet", {}, UNet),
    ("fcn8s", {"height": 375}, Fcn8s),
    ("xvector", {}, XVector),
]


@pytest.mark.parametrize(
    ("name", "settings", "build"),
    NETWORKS,
    ids=["-".join([name, *settings]) for name, settings, _ in NETWORKS],
)
def test_layers_in_order(name, settings, build):
    report = archcalc.analyze(archcalc.load(name, **settings))
    expected = []

    def record(module, _, output):
        count = sum(parameter.numel() for parameter in module.parameters(recurse=False))
        expected.append((list(output.shape[1:]), count))

    with torch.device("meta"):
        module = build().eval()
        for part in module.modules():
            if list(part.parameters(recurse=False)):
                part.register_forward_hook(record)
        with torch.no_grad():
            module(torch.empty(1, *report.layers[0]["output"]))
    assert [(layer["output"], layer["params"]) for layer in report.layers if layer["params"]] == expected
