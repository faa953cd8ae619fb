"""Trains one VAE with plain PyTorch on MNIST, to hold VaeSweep's curves against. Prints one JSON object a line: an epoch each, then the end.

    VAESWEEP_DATA=/path/to/data /usr/bin/python3 train_vae.py --epochs 30 --train 10000 --test 2000 --latent 20 --bound iwae --k 5

Independent of VaeSweep: torch.nn, torch.optim and torch.distributions only. Agreement is in distribution (over seeds), not draw by draw.
"""
import argparse
import gzip
import json
import math
import os
import pathlib
import struct
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Bernoulli, Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

ACTIVATIONS = {"softplus": nn.Softplus, "relu": nn.ReLU, "leaky_relu": lambda: nn.LeakyReLU(0.1), "tanh": nn.Tanh}


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--dataset", default="mnist", help="a folder of VAESWEEP_DATA with MNIST-like IDX files")
    p.add_argument("--binarization", choices=["none", "static", "dynamic"], default="dynamic")
    p.add_argument("--train", type=int, default=10000)
    p.add_argument("--test", type=int, default=2000)
    p.add_argument("--hidden", type=int, nargs="*", default=[200, 200])
    p.add_argument("--latent", type=int, default=20)
    p.add_argument("--activation", choices=sorted(ACTIVATIONS), default="softplus")
    p.add_argument("--decoder", choices=["bernoulli", "gaussian", "gaussian_softplus"], default="bernoulli")
    p.add_argument("--batch-norm", action="store_true")
    p.add_argument("--encoder-head", choices=["linear", "report"], default="linear")
    p.add_argument("--prior", choices=["standard", "vampprior", "vampprior_data", "mixture"], default="standard")
    p.add_argument("--pseudo-inputs", type=int, default=500)
    p.add_argument("--init", choices=["xavier_normal", "xavier_uniform", "he_normal"], default="xavier_normal")
    p.add_argument("--bound", choices=["elbo", "iwae"], default="elbo")
    p.add_argument("--k", type=int, default=1)
    p.add_argument("--beta", type=float, default=1.0)
    p.add_argument("--free-bits", type=float, default=0.0)
    p.add_argument("--warmup-epochs", type=int, default=0)
    p.add_argument("--epochs", type=int, default=30)
    p.add_argument("--batch-size", type=int, default=100)
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--beta1", type=float, default=0.9)
    p.add_argument("--beta2", type=float, default=0.999)
    p.add_argument("--eps", type=float, default=1e-8)
    p.add_argument("--importance-samples", type=int, default=500)
    p.add_argument("--every", type=int, default=1, help="epochs between measurements on the test images")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--data-seed", type=int, default=777, help="of binarisation")
    p.add_argument("--threads", type=int, default=1)
    return p.parse_args()


def read_images(path, count):
    with gzip.open(path, "rb") as f:
        magic, images, rows, columns = struct.unpack(">IIII", f.read(16))
        if magic != 0x803:
            sys.exit(f"{path}: magic {magic:#x}, expected 0x803 (IDX, unsigned bytes, three dimensions)")
        count = min(count, images)
        data = torch.frombuffer(bytearray(f.read(count * rows * columns)), dtype=torch.uint8)
    return data.view(count, rows * columns).float() / 255


def binarize(images, generator):
    return (torch.rand(images.shape, generator=generator) < images).float()


class Vae(nn.Module):
    def __init__(self, o, images):
        super().__init__()
        pixels = images.shape[1]
        self.o = o

        def mlp(first, sizes):
            layers = []
            for size in sizes:
                layers.append(nn.Linear(first, size, bias=not o.batch_norm))
                if o.batch_norm:
                    layers.append(nn.BatchNorm1d(size))
                layers.append(ACTIVATIONS[o.activation]())
                first = size
            return nn.Sequential(*layers), first

        self.encoder, top = mlp(pixels, o.hidden)
        self.mean, self.logvar = nn.Linear(top, o.latent), nn.Linear(top, o.latent)
        self.decoder, bottom = mlp(o.latent, list(reversed(o.hidden)))
        self.out = nn.Linear(bottom, pixels)
        self.out2 = nn.Linear(bottom, pixels) if o.decoder != "bernoulli" else None
        if o.prior == "vampprior":
            self.pseudo = nn.Parameter(0.05 + 0.01 * torch.randn(o.pseudo_inputs, pixels))
        elif o.prior == "vampprior_data":
            self.register_buffer("pseudo", images[:o.pseudo_inputs].clone())
        elif o.prior == "mixture":
            self.components_mean = nn.Parameter(torch.randn(o.pseudo_inputs, o.latent))
            self.components_logvar = nn.Parameter(torch.zeros(o.pseudo_inputs, o.latent))
        for module in self.modules():
            if isinstance(module, nn.Linear):
                if o.init == "xavier_normal":
                    nn.init.xavier_normal_(module.weight)
                elif o.init == "xavier_uniform":
                    nn.init.xavier_uniform_(module.weight)
                else:
                    nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def posterior(self, x):
        h = self.encoder(x)
        mean, logvar = self.mean(h), self.logvar(h)
        if self.o.encoder_head == "report":
            mean, logvar = torch.sigmoid(mean), torch.tanh(logvar)
        return Normal(mean, torch.exp(0.5 * logvar))

    def likelihood(self, z):
        h = self.decoder(z)
        if self.o.decoder == "bernoulli":
            return Independent(Bernoulli(logits=self.out(h), validate_args=False), 1)
        if self.o.decoder == "gaussian":
            return Independent(Normal(torch.sigmoid(self.out(h)), torch.exp(0.5 * torch.tanh(self.out2(h)))), 1)
        return Independent(Normal(self.out(h), (F.softplus(self.out2(h)) + 1e-5).sqrt()), 1)

    def prior(self, q):
        if self.o.prior == "standard":
            return Independent(Normal(torch.zeros_like(q.loc), torch.ones_like(q.loc)), 1)
        if self.o.prior == "mixture":
            components = Normal(self.components_mean, torch.exp(0.5 * self.components_logvar))
        else:
            components = self.posterior(self.pseudo.clamp(0, 1))
        return MixtureSameFamily(Categorical(torch.ones(len(components.loc)), validate_args=False), Independent(components, 1), validate_args=False)

    def terms(self, x, k):
        """[K, B] log p(x|z), log q, log p, and [B, Z] KL (or [B, 1] where it has no closed form)."""
        q = self.posterior(x)
        z = q.rsample((k,))
        prior = self.prior(q)
        recon = self.likelihood(z.reshape(k * len(x), -1)).log_prob(x.repeat(k, 1)).view(k, len(x))
        log_q, log_p = q.log_prob(z).sum(-1), prior.log_prob(z)
        kl = kl_divergence(q, prior.base_dist) if self.o.prior == "standard" else (log_q - log_p).mean(0).unsqueeze(1)
        return recon, log_q, log_p, kl


def objective(o, beta, recon, log_q, log_p, kl_units):
    if o.bound == "iwae":
        return (torch.logsumexp(recon + beta * (log_p - log_q), 0) - math.log(recon.shape[0])).mean()
    cost = kl_units.sum(1).mean()
    if o.free_bits > 0:
        cost = torch.clamp(kl_units.mean(0), min=o.free_bits).sum()
    return recon.mean() - beta * cost


@torch.no_grad()
def measure(model, images):
    model.eval()
    recon = kl = 0.0
    means = []
    for x in images.split(500):
        r, _, _, units = model.terms(x, 1)
        recon += r.sum().item()
        kl += units.sum().item()
        means.append(model.posterior(x).loc)
    model.train()
    variance = torch.cat(means).double().var(0, unbiased=False)
    n = len(images)
    return {"elbo": (recon - kl) / n, "recon": recon / n, "kl": kl / n,
            "active_units": int((variance > 0.01).sum()), "active_units_01": int((variance > 0.1).sum())}


@torch.no_grad()
def negative_log_likelihood(model, images, samples):
    model.eval()
    total = 0.0
    for x in images.split(100):
        parts = []
        for done in range(0, samples, 50):
            recon, log_q, log_p, _ = model.terms(x, min(50, samples - done))
            parts.append((recon + log_p - log_q).double())
        total += (torch.logsumexp(torch.cat(parts), 0) - math.log(samples)).sum().item()
    model.train()
    return -total / len(images)


def main():
    o = options()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    folder = os.environ.get("VAESWEEP_DATA")
    if not folder:
        sys.exit("VAESWEEP_DATA is not set; it names the folder that holds mnist/")
    folder = pathlib.Path(folder) / o.dataset
    train = read_images(folder / "train-images-idx3-ubyte.gz", o.train)
    test = read_images(folder / "t10k-images-idx3-ubyte.gz", o.test)
    bits = torch.Generator().manual_seed(o.data_seed)
    if o.binarization != "none":
        test = binarize(test, bits)
    if o.binarization == "static":
        train = binarize(train, bits)

    if o.batch_norm and o.prior.startswith("vampprior"):
        sys.exit("batch norm with pseudo-inputs: VaeSweep normalises them by the images' statistics, which torch.nn cannot express")
    model = Vae(o, train)
    adam = torch.optim.Adam(model.parameters(), lr=o.lr, betas=(o.beta1, o.beta2), eps=o.eps)
    started = time.perf_counter()
    for epoch in range(1, o.epochs + 1):
        beta = o.beta * (min(1.0, (epoch - 1) / o.warmup_epochs) if o.warmup_epochs else 1.0)
        images = binarize(train, bits) if o.binarization == "dynamic" else train
        sums, seen = [0.0, 0.0, 0.0], 0
        for rows in torch.randperm(len(images)).split(o.batch_size):
            x = images[rows]
            recon, log_q, log_p, kl_units = model.terms(x, o.k)
            value = objective(o, beta, recon, log_q, log_p, kl_units)
            adam.zero_grad()
            (-value).backward()
            adam.step()
            for i, term in enumerate((value, recon.mean(), kl_units.sum(1).mean())):
                sums[i] += term.item() * len(x)
            seen += len(x)
        line = {"epoch": epoch, "beta": beta, "train_objective": sums[0] / seen, "train_elbo": (sums[1] - sums[2]) / seen,
                "train_recon": sums[1] / seen, "train_kl": sums[2] / seen}
        if epoch % o.every == 0 or epoch == o.epochs:
            line.update({f"test_{key}" if not key.startswith("active") else key: value for key, value in measure(model, test).items()})
        line["seconds"] = round(time.perf_counter() - started, 2)
        print(json.dumps(line), flush=True)
    nll = negative_log_likelihood(model, test, o.importance_samples)
    print(json.dumps({"end": True, "test_nll": nll, "importance_samples": o.importance_samples, "images": len(test),
                      "seconds": round(time.perf_counter() - started, 2), "options": vars(o)}), flush=True)


if __name__ == "__main__":
    main()
