#!/usr/bin/env python3
"""Golden numbers of TrajectoryTests: a VAE trained in plain PyTorch on the very weights, images, order and noise that VaeSweep draws.

    VAESWEEP_DATA=/path/to/data /usr/bin/python3 trajectory.py [--images 2000] [--epochs 5] [--seed 3] [--own]

Nothing is shared with VaeSweep but the definitions of its random streams, taken from ../Data/golden.py. Prints train_elbo epoch by epoch.
With --images 10000 --epochs 30 it follows the plain VAE of sweeps/agreement.yaml to its end; with --own on draws of
PyTorch's own instead.
"""
import argparse
import gzip
import math
import os
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Data"))
import golden  # noqa: E402
import golden_rows  # noqa: E402

BATCH, LATENT = 100, 20
SHAPES = {  # in the order of declaration, which is the order of drawing
    "encoder.0": (784, 200), "encoder.1": (200, 200), "mean": (200, LATENT), "logvar": (200, LATENT),
    "decoder.0": (LATENT, 200), "decoder.1": (200, 200), "logits": (200, 784),
}


class Stream:
    """What VaeSweep draws at one place of a trial's stream."""

    def __init__(self, name, seed, epoch=0, step=0):
        self.noise = golden_rows.Noise(golden.key(int.from_bytes(name.encode(), "big"), seed), epoch, step)

    def normal(self, *shape):
        return torch.from_numpy(self.noise.normal(*shape).astype(np.float32))


class Own:
    """Draws of PyTorch's own."""

    def __init__(self, generator):
        self.generator = generator

    def normal(self, *shape):
        return torch.empty(shape).normal_(0, 1, generator=self.generator)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--own", action="store_true", help="one generator of PyTorch's for everything, from --seed")
    o = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    own = torch.Generator().manual_seed(o.seed) if o.own else None
    init = Own(own) if own else Stream("init", o.seed)
    weights = {n: (init.normal(*s) * math.sqrt(2 / sum(s))).requires_grad_(True) for n, s in SHAPES.items()}
    biases = {n: torch.zeros(s[1], requires_grad=True) for n, s in SHAPES.items()}
    adam = torch.optim.Adam([*weights.values(), *biases.values()], lr=1e-3)

    def dense(name, x):
        return x @ weights[name] + biases[name]

    with gzip.open(pathlib.Path(os.environ["VAESWEEP_DATA"]) / "mnist" / "train-images-idx3-ubyte.gz") as f:
        grey = np.frombuffer(f.read(16 + o.images * 784)[16:], dtype=np.uint8).reshape(-1, 784)
    assert golden_rows.binary(grey[:20], 0, 0, 1).tolist() == golden.binary(grey[:20].tolist(), 0, 0, 1)
    probabilities = torch.from_numpy(grey.astype(np.float32)) / 255
    for epoch in range(1, o.epochs + 1):
        if own:
            images, order = torch.bernoulli(probabilities, generator=own), torch.randperm(o.images, generator=own)
        else:
            images = torch.from_numpy(golden_rows.binary(grey, 0, 0, epoch)).float() / 255
            order = golden.permutation(o.seed, epoch, o.images)
        total = 0.0
        for start in range(0, o.images, BATCH):
            x = images[order[start:start + BATCH]]
            h = F.softplus(dense("encoder.1", F.softplus(dense("encoder.0", x))))
            mean, logvar = dense("mean", h), dense("logvar", h)
            noise = Own(own) if own else Stream("noise", o.seed, epoch, start // BATCH)
            z = mean + torch.exp(0.5 * logvar) * noise.normal(BATCH, LATENT)
            logits = dense("logits", F.softplus(dense("decoder.1", F.softplus(dense("decoder.0", z)))))
            elbo = (x * logits - F.softplus(logits)).sum(1).mean() - 0.5 * (logvar.exp() + mean ** 2 - 1 - logvar).sum(1).mean()
            adam.zero_grad()
            (-elbo).backward()
            adam.step()
            total += elbo.item()
        print(epoch, total * BATCH / o.images, flush=True)


if __name__ == "__main__":
    main()
