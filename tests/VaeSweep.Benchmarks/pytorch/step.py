"""PyTorch's side of the step benchmark: a training step of a 784-300-300-40 VAE, Bernoulli decoder, ELBO, Adam, batch 100, one thread.

    step.py ACTIVATION IMAGES

Runs as a child of the benchmark, so that the sides can take turns: a line "steps N" or "products N" is answered with the seconds of
processor time that N steps, or their matrix products alone, took. Run by hand without images, it prints milliseconds a step.
"""
import sys

import torch
import torch.nn.functional as F
from torch import nn

import side

ACTIVATIONS = {"softplus": nn.Softplus, "relu": nn.ReLU, "leaky_relu": lambda: nn.LeakyReLU(0.1), "tanh": nn.Tanh}
SHAPES = [(784, 300), (300, 300), (300, 40), (300, 40), (40, 300), (300, 300), (300, 784)]
BATCH = 100


class Vae(nn.Module):
    def __init__(self, activation):
        super().__init__()
        act = ACTIVATIONS[activation]
        self.encoder = nn.Sequential(nn.Linear(784, 300), act(), nn.Linear(300, 300), act())
        self.mu = nn.Linear(300, 40)
        self.logvar = nn.Linear(300, 40)
        self.decoder = nn.Sequential(nn.Linear(40, 300), act(), nn.Linear(300, 300), act(), nn.Linear(300, 784))

    def loss(self, x, eps):
        h = self.encoder(x)
        mu, logvar = self.mu(h), self.logvar(h)
        logits = self.decoder(mu + torch.exp(0.5 * logvar) * eps)
        recon = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)
        kl = 0.5 * (logvar.exp() + mu.square() - 1 - logvar).sum(-1)
        return (kl - recon).mean()


def make_products():
    """The products of one step: forward, weights' gradients, and gradients of all inputs but the data."""
    jobs = []
    for n, m in SHAPES:
        x, w, g = torch.randn(BATCH, n), torch.randn(n, m), torch.randn(BATCH, m)
        jobs += [(x, w, torch.empty(BATCH, m)), (x.t(), g, torch.empty(n, m))]
        if n != 784:
            jobs.append((g, w.t(), torch.empty(BATCH, n)))
    assert len(jobs) == 20
    side.check_products([job[:2] for job in jobs])

    def products(count):
        for _ in range(count):
            for a, b, out in jobs:
                torch.mm(a, b, out=out)

    return products


def main():
    activation = sys.argv[1] if len(sys.argv) > 1 else "softplus"
    side.prepare()
    if len(sys.argv) > 2:
        with open(sys.argv[2], "rb") as file:
            data = torch.frombuffer(bytearray(file.read()), dtype=torch.float32).view(-1, BATCH, 784)
    else:
        data = (torch.rand(20, BATCH, 784) < 0.13).float()
    model = Vae(activation)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def steps(count):
        for i in range(count):
            optimizer.zero_grad(set_to_none=True)
            model.loss(data[i % len(data)], torch.randn(BATCH, 40)).backward()
            optimizer.step()

    jobs = {"steps": steps, "products": make_products()}
    for job in jobs.values():
        job(20)
    if len(sys.argv) > 2:
        side.serve(jobs)
        return
    for name, job in jobs.items():
        print(f"{name}: {min(side.timed(job, 10) for _ in range(40)) / 10 * 1e3:.3f} ms")


if __name__ == "__main__":
    main()
