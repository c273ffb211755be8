"""The network: a small fully convolutional 3-D detector of centres.

What belongs here: layers and their export. What does not: data and schedule.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

OPSET = 17


def _block(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv3d(before, after, 3, stride, 1, bias=False), nn.BatchNorm3d(after), nn.ReLU(inplace=True)
    )


class NoduleNet(nn.Module):
    """Input (n, 1, slices, rows, columns) in 0..1 with sizes divisible by 4; outputs at half resolution.

    Returns the heat map's logit (n, 1, …), the offset to the middle in input voxels (n, 3, …: x, y, z) and the
    diameter in mm (n, 1, …).
    """

    def __init__(self) -> None:
        super().__init__()
        self.fine = _block(1, 8)
        self.middle = nn.Sequential(_block(8, 16, 2), _block(16, 24))
        self.coarse = nn.Sequential(_block(24, 32, 2), _block(32, 32), nn.Conv3d(32, 24, 1))
        self.joined = _block(24, 24)
        self.head = nn.Conv3d(24, 5, 1)
        nn.init.constant_(self.head.bias[:1], -4.0)  # type: ignore[index]

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        half = self.middle(self.fine(values))
        context = nn.functional.interpolate(self.coarse(half), scale_factor=2.0, mode="nearest")
        out = self.head(self.joined(torch.relu(half + context)))
        return out[:, :1], out[:, 1:4], torch.exp(torch.clamp(out[:, 4:5], 0.0, 4.0))


class _Exported(nn.Module):
    """The network as shipped: calibrated scores instead of logits."""

    def __init__(self, net: NoduleNet, slope: float, shift: float) -> None:
        super().__init__()
        self.net = net
        self.slope = slope
        self.shift = shift

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        logit, offset, diameter = self.net(values)
        return torch.sigmoid(logit * self.slope + self.shift), offset, diameter


def export(net: NoduleNet, path: Path, *, slope: float = 1.0, shift: float = 0.0) -> None:
    """Write one ONNX file with all weights inside, free in batch and space; slope and shift calibrate the logit."""
    axes = {0: "batch", 2: "slices", 3: "rows", 4: "columns"}
    names = ["score", "offset", "diameter"]
    torch.onnx.export(
        _Exported(net, slope, shift).eval(),
        (torch.zeros(1, 1, 32, 32, 32),),
        str(path),
        input_names=["volume"],
        output_names=names,
        dynamic_axes=dict.fromkeys(["volume", *names], axes),
        opset_version=OPSET,
        dynamo=False,
    )
