#!/usr/bin/env python3
"""PyTorch's side of the agreement of families: the trials of sweeps/agreement.yaml, trained by plain PyTorch.

    VAESWEEP_DATA=/path/to/data /usr/bin/python3 agreement.py --out agreement.csv [--families vae iwae ...] [--seeds 0 1 2]

Both sides measure on the very same binary test images: VaeSweep's draw of dataset.seed 0, drawn again by the independent implementation beside its
tests. Nothing else is shared: initialisation, data order, binarisation of training images and noise agree in distribution alone.
Rows that the file has already are not computed again.
"""
import argparse
import csv
import gzip
import os
import pathlib
import struct
import sys
import time

import torch

import families
from families import Config

DENSE = {"hidden": [[100, 100]], "layers": [20]}
GATED = {"hidden": [[100, 100]], "layers": [20], "activation": "gated", "encoder_head": "hardtanh", "init": "he_normal"}
LADDER = {"layers": [32, 16, 8, 4, 2], "hidden": [[128], [64], [32], [16], [8]], "activation": "leaky_relu", "encoder_head": "softplus", "batch_norm": True}
CASES = {
    "vae": {"hidden": [[200, 200]], "layers": [20]},
    "iwae": {**DENSE, "bound": "iwae", "k": 5},
    "vampprior": {**GATED, "prior": "vampprior", "pseudo_inputs": 50, "warmup": 10},
    "vampprior_data": {**GATED, "prior": "vampprior_data", "pseudo_inputs": 50, "warmup": 10},
    "mixture": {**DENSE, "prior": "mixture", "pseudo_inputs": 50, "warmup": 10},
    "hvae": {**GATED, "family": "hvae", "layers": [20, 20], "hidden": [[100, 100], [100, 100]], "warmup": 10},
    "layered": {**DENSE, "encoder_head": "hardtanh", "family": "layered", "layers": [20, 10], "hidden": [[100, 100], [50, 50]], "warmup": 10},
    "ladder": {**LADDER, "family": "ladder", "warmup": 10},
    "flow": {**DENSE, "posterior": "planar"},
    "f-vae": {**DENSE, "posterior": "coupling", "flows": 2},
    "logistic": {**GATED, "decoder": "logistic", "dataset": "frey-faces", "epochs": 100},
}
COLUMNS = ["family", "seed", "train_elbo", "train_kl", "test_elbo", "test_kl", "active_units", "test_nll", "epochs", "seconds"]
NOT_OF_THE_MODEL = {"warmup": 0, "batch_size": 100, "dataset": "mnist", "epochs": 30}


def golden():
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "VaeSweep.Training.Tests" / "Data"))
    import golden as module
    return module


def read_idx(path, count):
    with gzip.open(path, "rb") as file:
        _, images, rows, columns = struct.unpack(">IIII", file.read(16))
        return file.read(min(count, images) * rows * columns), rows * columns


def as_tensor(pixels, size):
    return torch.frombuffer(bytearray(pixels), dtype=torch.uint8).view(-1, size).float() / 255


def mnist(folder, train, test):
    grey, size = read_idx(folder / "mnist" / "train-images-idx3-ubyte.gz", train)
    raw, _ = read_idx(folder / "mnist" / "t10k-images-idx3-ubyte.gz", test)
    binary = golden().binary([raw[i:i + size] for i in range(0, len(raw), size)], 2, 0, None)
    return as_tensor(grey, size), as_tensor(bytes(v for image in binary for v in image), size)


def frey_faces(folder, *_):
    raw, size = read_idx(folder / "frey-faces" / "frey-images-idx3-ubyte.gz", 10_000)
    images = as_tensor(raw, size)[golden().order_of_dataset("frey", 1965)]
    return images[:1565], images[1765:]


@torch.inference_mode()
def measure(model, images, samples):
    model.eval()
    recon = kl = likelihood = 0.0
    means = []
    for x in images.split(500):
        r, costs = model.draw(model.encode(x), x, 1)
        recon += r.sum().item()
        kl += families.mean_kl(costs).item() * len(x)
        means.append([mean.double() for mean in model.means(x)])
    for x in images.split(50):
        likelihood += families.log_likelihood(model, x, samples, 50).sum().item()
    model.train()
    active = sum(int((torch.cat(layer).var(0, unbiased=False) > 0.01).sum()) for layer in zip(*means))
    n = len(images)
    return {"test_elbo": (recon - kl) / n, "test_kl": kl / n, "active_units": active, "test_nll": -likelihood / n}


def train(case, seed, data):
    case = dict(case)
    outside = {name: case.pop(name, default) for name, default in NOT_OF_THE_MODEL.items()}
    images, test = data
    config = Config(**case, pixels=images.shape[1])
    torch.manual_seed(seed)
    model = families.build(config, images)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    started = time.thread_time()
    for epoch in range(1, outside["epochs"] + 1):
        beta = min(1.0, (epoch - 1) / outside["warmup"]) if outside["warmup"] else 1.0
        binary = torch.bernoulli(images) if outside["dataset"] == "mnist" else images
        recon = kl = 0.0
        for rows in torch.randperm(len(images)).split(outside["batch_size"]):
            value, batch_recon, batch_kl = families.loss(config, model, binary[rows], beta)
            adam.zero_grad(set_to_none=True)
            value.backward()
            adam.step()
            recon += batch_recon.item() * len(rows)
            kl += batch_kl.item() * len(rows)
    n = len(images)
    return {"seed": seed, "train_elbo": (recon - kl) / n, "train_kl": kl / n, **measure(model, test, 500),
            "epochs": outside["epochs"], "seconds": round(time.thread_time() - started, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, help="fewer or more than the sweep has")
    parser.add_argument("--out", default="agreement.csv")
    o = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    folder = pathlib.Path(os.environ.get("VAESWEEP_DATA") or sys.exit("VAESWEEP_DATA is not set; it names the folder that holds mnist/"))
    out = pathlib.Path(o.out)
    done = set()
    if out.exists():
        with out.open(newline="") as file:
            done = {(row["family"], int(row["seed"])) for row in csv.DictReader(file)}
    sets = {}
    with out.open("a", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        if not done and out.stat().st_size == 0:
            table.writeheader()
        for name in o.families:
            for seed in o.seeds:
                if (name, seed) in done:
                    continue
                dataset = CASES[name].get("dataset", "mnist")
                if dataset not in sets:
                    sets[dataset] = (mnist if dataset == "mnist" else frey_faces)(folder, 10_000, 1_000)
                case = dict(CASES[name], **({"epochs": o.epochs} if o.epochs else {}))
                row = train(case, seed, sets[dataset])
                table.writerow({"family": name, **{k: f"{v:.4f}" if isinstance(v, float) else v for k, v in row.items()}})
                file.flush()


if __name__ == "__main__":
    main()
