"""PyTorch's side of the family and evaluation benchmarks: families.py in training and in importance sampling, one thread.

    family_steps.py CONFIG.json [IMAGES]

CONFIG.json: {"batch": B, ...model}. IMAGES: float32 pixels. Runs as a child of the benchmark, so that the sides can take turns: "steps N" is
answered with the seconds of processor time of N training steps, "likelihood IMAGES S CHUNK" with those of the log-likelihood of the
first images by S samples, "products IMAGES S CHUNK" and "step-products N" with those of the matrix products alone, "parameters" with how
many numbers are trained, "bound N" with what training maximises, of all images and N draws of noise, in nats.
"""
import json
import sys

import torch

import families
import side


def main():
    side.prepare()
    with open(sys.argv[1], encoding="utf-8") as file:
        options = json.load(file)
    batch = options.pop("batch")
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

    def likelihood(images, samples, chunk):
        model.eval()
        families.log_likelihood(model, pixels[:images], samples, chunk)

    recorded = {}

    def products(*counts):
        replay(counts, lambda: likelihood(*counts), 1)

    def step_products(count):
        replay("steps", lambda: steps(1), count)

    def replay(name, job, count):
        if name not in recorded:
            recorded[name] = side.Products(job)
        recorded[name].run(count)

    @torch.no_grad()
    def bound(draws):
        model.train()
        return -sum(families.loss(config, model, x)[0].item() for _ in range(draws) for x in batches) / draws / len(batches)

    def parameters():
        return sum(parameter.numel() for parameter in model.parameters())

    if len(sys.argv) > 2:
        jobs = {"steps": steps, "likelihood": likelihood, "products": products, "step-products": step_products}
        side.serve(jobs, {"bound": bound, "parameters": parameters})
    else:
        print(f"{min(side.timed(steps, 5) for _ in range(8)) / 5 * 1e3:.2f} ms a step")


if __name__ == "__main__":
    main()
