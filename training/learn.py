"""Learning: the loss, the schedule, and the round in which the network meets its own false alarms.

What belongs here: optimisation. What does not: data (volumes, patches), measuring (evaluate).
"""

from __future__ import annotations

import time

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.network import NoduleNet
from training.patches import Batch, PatchMaker
from training.settings import BATCH, LEARNING_RATE, MINE_AT, OUTPUTS, PREPROCESSING, SEED, STEPS
from training.volumes import Sample

ALARM = 0.12  # scores from here on count as false alarms worth learning from
FAR_CELLS = 4.0


def learn(samples: list[Sample]) -> NoduleNet:
    """A network trained on the samples; the same samples and machine give the same network."""
    torch.manual_seed(SEED)
    net = NoduleNet()
    maker = PatchMaker(samples, SEED)
    optimiser = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=STEPS, pct_start=0.15)
    began, running = time.monotonic(), 0.0
    for step in range(STEPS):
        if step == MINE_AT:
            maker.mined = mine(net, samples)
            print(f"{len(maker.mined)} false alarms join the patches", flush=True)
        loss = _loss(net, maker.batch(BATCH))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        running = 0.98 * running + 0.02 * float(loss.detach()) if step else float(loss.detach())
        if step % 50 == 0:
            print(f"step {step} loss {running:.4f} after {time.monotonic() - began:.0f} s", flush=True)
    return net.eval()


def _loss(net: NoduleNet, batch: Batch) -> Tensor:
    """The penalty-reduced focal loss of CenterNet (Zhou et al. 2019) and L1 losses where a nodule is."""
    heat, where = torch.from_numpy(batch.heat), torch.from_numpy(batch.counts)
    logit, offset, diameter = net(torch.from_numpy(batch.values))
    score = torch.sigmoid(logit).clamp(1e-4, 1 - 1e-4)
    at_peak = (heat >= 0.92).float()
    hit = -at_peak * (1 - score) ** 2 * torch.log(score)
    miss = -(1 - at_peak) * (1 - heat) ** 4 * score**2 * torch.log(1 - score)
    count = at_peak.sum().clamp(min=1)
    place = ((offset - torch.from_numpy(batch.offset)).abs() * where).sum() / where.sum().clamp(min=1)
    size = ((diameter - torch.from_numpy(batch.diameter)).abs() * where).sum() / where.sum().clamp(min=1)
    return (hit.sum() + miss.sum()) / count + 0.2 * place + 0.05 * size


@torch.no_grad()
def mine(net: NoduleNet, samples: list[Sample]) -> list[tuple[int, NDArray[np.float32]]]:
    """Where the network raises false alarms in its own training exams."""
    net.eval()
    found = []
    for index, sample in enumerate(samples):
        score = torch.sigmoid(net(torch.from_numpy(_whole(sample))[None, None])[0])
        peak = (score == torch.nn.functional.max_pool3d(score, 5, 1, 2)) & (score > ALARM)
        cells = peak[0, 0].nonzero().numpy()
        places = cells[:, ::-1].astype(np.float32) * OUTPUTS.stride + (OUTPUTS.stride - 1) / 2
        for place in places:
            if np.linalg.norm(sample.centres - place, axis=1).min() > FAR_CELLS * OUTPUTS.stride:
                found.append((index, place))
    net.train()
    return found


def _whole(sample: Sample) -> NDArray[np.float32]:
    low, high = PREPROCESSING.clip_hu
    values = (np.clip(sample.hu.astype(np.float32), low, high) - low) / (high - low)
    pads = [(0, -n % PREPROCESSING.pad_multiple) for n in values.shape]
    return np.pad(values, pads).astype(np.float32)
