"""PyTorch's side of the step benchmark on a device: eager training steps of a 784-300-300-40 VAE, Bernoulli decoder, ELBO, Adam, batch 100.

Runs as a child of the benchmark, so that both sides can take turns: it prints PyTorch's version, then answers each line "N" with the wall
seconds of N steps, the device waited for. With --print it measures itself and prints milliseconds a step.
"""
import argparse
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

BATCH = 100


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 300), nn.Softplus(), nn.Linear(300, 300), nn.Softplus())
        self.mu = nn.Linear(300, 40)
        self.logvar = nn.Linear(300, 40)
        self.decoder = nn.Sequential(nn.Linear(40, 300), nn.Softplus(), nn.Linear(300, 300), nn.Softplus(), nn.Linear(300, 784))

    def loss(self, x, eps):
        h = self.encoder(x)
        mu, logvar = self.mu(h), self.logvar(h)
        logits = self.decoder(mu + torch.exp(0.5 * logvar) * eps)
        recon = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)
        kl = 0.5 * (logvar.exp() + mu.square() - 1 - logvar).sum(-1)
        return (kl - recon).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--print", action="store_true")
    options = parser.parse_args()
    device = torch.device(options.device)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    data = (torch.rand(20, BATCH, 784) < 0.13).float().to(device)
    model = Vae().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def steps(count):
        start = time.perf_counter()
        for i in range(count):
            optimizer.zero_grad(set_to_none=True)
            model.loss(data[i % len(data)], torch.randn(BATCH, 40, device=device)).backward()
            optimizer.step()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter() - start

    steps(100 if device.type == "cuda" else 5)
    if options.print:
        print(f"{min(steps(100) for _ in range(5)) * 10:.3f} ms")
        return
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        print(f"{steps(int(line)):.9f}", flush=True)


if __name__ == "__main__":
    main()
