"""PyTorch's side of the family and evaluation benchmarks: families.py in training and in importance sampling, one thread.

    family_steps.py CONFIG.json [IMAGES]

CONFIG.json: {"batch": B, "evaluated": images at a time, ...model}. IMAGES: float32 pixels. Runs as a child of the benchmark, so that both sides can
take turns: "steps N" is answered with the seconds of processor time of N training steps, "likelihood S CHUNK" with those of one batch's
log-likelihood by S samples, "peak" with the largest resident memory in bytes.
"""
import json
import resource
import sys
import time

import torch

import families


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    torch.set_flush_denormal(True)
    with open(sys.argv[1], encoding="utf-8") as file:
        options = json.load(file)
    batch, evaluated = options.pop("batch"), options.pop("evaluated")
    config = families.Config(**options)
    if len(sys.argv) > 2:
        with open(sys.argv[2], "rb") as file:
            pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.float32).view(-1, config.pixels)
    else:
        pixels = (torch.rand(10 * batch, config.pixels) < 0.13).float()
    batches = pixels[:len(pixels) // batch * batch].view(-1, batch, config.pixels)
    model = families.build(config, pixels)
    # The fastest of the ways that PyTorch 1.13 has: all parameters' updates in a few calls.
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=True)

    def steps(count):
        model.train()
        for i in range(count):
            adam.zero_grad(set_to_none=True)
            families.loss(config, model, batches[i % len(batches)])[0].backward()
            adam.step()

    def likelihood(samples, chunk):
        model.eval()
        families.log_likelihood(model, pixels[:evaluated], samples, chunk)

    jobs = {"steps": steps, "likelihood": likelihood}
    if len(sys.argv) <= 2:
        print(f"{min(timed(steps, 5) for _ in range(8)) / 5 * 1e3:.2f} ms a step")
        return
    print("ready", flush=True)
    for line in sys.stdin:
        name, *counts = line.split()
        if name == "peak":
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
        else:
            print(f"{timed(jobs[name], *map(int, counts)):.9f}", flush=True)


def timed(job, *counts):
    start = time.thread_time()
    job(*counts)
    return time.thread_time() - start


if __name__ == "__main__":
    main()
