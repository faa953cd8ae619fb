"""Writes shaped.json: what published optimisers make of the same gradients, step by step, in float64.

 * norm_grad: the VampPrior code's AdamNormGrad (each tensor's gradient divided by its own L2 norm + 1e-7; epsilon beside the uncorrected root).
 * ladder_clip: total norm clipped to 4, then every entry to +-0.9, then Adam in Lasagne's form with eps 1e-4, as the ladder code.
 * ones: Adam whose second moments start at 1, as the IWAE code (beta1 0.99, eps 1e-4).
Run it in this folder: /usr/bin/python3 shaped.py > shaped.json
"""
import json
import math
import torch


def make(*shape, seed):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def adam(lr, b1, b2, eps, hat, shape, start):
    """Adam written out; `shape` changes the gradients before it."""
    p, q = make(3, 4, seed=20).requires_grad_(), make(2, 5, seed=21).requires_grad_()
    state = [(torch.zeros_like(t), torch.full_like(t, start)) for t in (p, q)]
    steps, norms = [], []
    for t in range(1, 13):
        # From small gradients to large ones, so that clipping sets in on the way.
        loss = t * t / 20 * (((p - make(3, 4, seed=100 + t)) ** 2).sum() + ((q * q) * make(2, 5, seed=200 + t).abs()).sum())
        p.grad = q.grad = None
        loss.backward()
        norms.append(float(torch.sqrt(sum((x.grad ** 2).sum() for x in (p, q)))))
        with torch.no_grad():
            shape([p, q])
            for (m, v), x in zip(state, (p, q)):
                m.mul_(b1).add_((1 - b1) * x.grad)
                v.mul_(b2).add_((1 - b2) * x.grad ** 2)
                if hat:
                    x.sub_(lr * math.sqrt(1 - b2 ** t) / (1 - b1 ** t) * m / (v.sqrt() + eps))
                else:
                    x.sub_(lr * (m / (1 - b1 ** t)) / ((v / (1 - b2 ** t)).sqrt() + eps))
        steps.append(p.detach().flatten().tolist() + q.detach().flatten().tolist())
    return {"steps": steps, "norms": norms}


def norm_grad(parameters):
    for x in parameters:
        x.grad = x.grad / (torch.norm(x.grad, 2) + 1e-7)


def ladder_clip(parameters):
    torch.nn.utils.clip_grad_norm_(parameters, 4)
    torch.nn.utils.clip_grad_value_(parameters, 0.9)


def nothing(parameters):
    pass


print(json.dumps({
    "norm_grad": adam(0.02, 0.9, 0.999, 1e-8, True, norm_grad, 0),
    "norm_grad_torch": adam(0.02, 0.9, 0.999, 1e-8, False, norm_grad, 0),
    "ladder_clip": adam(0.02, 0.9, 0.999, 1e-4, True, ladder_clip, 0),
    "ones": adam(0.02, 0.99, 0.999, 1e-4, True, nothing, 1),
}, indent=1))
