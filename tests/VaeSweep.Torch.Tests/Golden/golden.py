"""Makes golden.json: numbers of PyTorch that the C# tests compare with. Run: /usr/bin/python3 golden.py > golden.json"""
import json
import math

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
out = {"torch": torch.__version__}


def pack(t):
    return {"shape": list(t.shape), "data": [float(v) for v in t.detach().double().flatten()]}


def make(*shape, seed):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def case(name, f, **inputs):
    """Values and gradients of sum(f * weights)."""
    leaves = {k: v.clone().requires_grad_(k not in ("target",)) for k, v in inputs.items()}
    values = f(**leaves)
    values = values if isinstance(values, tuple) else (values,)
    total = sum((v * torch.arange(1, v.numel() + 1, dtype=v.dtype).view(v.shape) / v.numel()).sum() for v in values)
    total.backward()
    out[name] = {
        "inputs": {k: pack(v) for k, v in inputs.items()},
        "outputs": [pack(v) for v in values],
        "grads": {k: pack(v.grad) for k, v in leaves.items() if v.grad is not None},
    }


M, B, K, I, O, D, Z = 2, 3, 4, 5, 6, 7, 2
activations = {"none": lambda t: t, "softplus": F.softplus, "relu": F.relu, "leaky_relu": lambda t: F.leaky_relu(t, 0.1),
               "tanh": torch.tanh, "sigmoid": torch.sigmoid}
for name, act in activations.items():
    case("linear_" + name, lambda x, w, b: act(torch.baddbmm(b, x, w)), x=make(M, B, I, seed=1), w=make(M, I, O, seed=2), b=make(M, 1, O, seed=3))

target = (make(M, B, D, seed=4) > 0).double()
case("bernoulli", lambda logits, target: (target.repeat(1, K, 1) * logits - F.softplus(logits, threshold=50)).sum(-1),
     logits=4 * make(M, K * B, D, seed=5), target=target)
case("gaussian", lambda x, mean, logvar: torch.distributions.Normal(mean, (logvar / 2).exp()).log_prob(x.repeat(1, K, 1)).sum(-1),
     x=make(M, B, D, seed=6), mean=make(M, K * B, D, seed=7), logvar=make(M, K * B, D, seed=8))


def sample(mu, logvar, eps):
    n = torch.distributions.Normal(mu, (logvar / 2).exp())
    kl = torch.distributions.kl_divergence(n, torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu)))
    return mu.repeat(1, K, 1) + (logvar / 2).exp().repeat(1, K, 1) * eps, kl


case("gaussian_sample", sample, mu=make(M, B, Z, seed=9), logvar=make(M, B, Z, seed=10), eps=make(M, K * B, Z, seed=11))
case("gated_linear", lambda x, w, b, v, c: torch.baddbmm(b, x, w) * torch.sigmoid(torch.baddbmm(c, x, v)), x=make(M, B, I, seed=13), w=make(M, I, O, seed=14),
     b=make(M, 1, O, seed=15), v=make(M, I, O, seed=16), c=make(M, 1, O, seed=17))


def batch_norm(act):
    """y of each trial by PyTorch's own."""
    return lambda x, weight, bias: act(torch.stack([F.batch_norm(x[m], None, None, weight[m, 0], bias[m, 0], training=True, eps=1e-5) for m in range(M)]))


for name, act in activations.items():
    case("batch_norm_" + name, batch_norm(act), x=make(M, 9, O, seed=18), weight=make(M, 1, O, seed=19), bias=make(M, 1, O, seed=30))
case("log_sum_exp", lambda a: torch.logsumexp(a, -1), a=30 * make(M, K, 70, seed=31))
case("log_mean_exp", lambda a: torch.logsumexp(a, 1) - math.log(K), a=30 * make(M, K, B, seed=12))
case("log_softplus", lambda x: torch.log(F.softplus(x, threshold=60) + 1e-3), x=8 * make(M, B, 19, seed=40))
case("clamp", lambda x: x.clamp(-0.5, 1), x=make(M, B, 19, seed=41))


def kl(floor):
    """From torch's own KL."""
    def of(mean, logvar, other_mean, other_logvar):
        normal = lambda m, l: torch.distributions.Normal(m, (l.exp() + floor).sqrt())
        return torch.distributions.kl_divergence(normal(mean, logvar), normal(other_mean, other_logvar))
    return of


pairs = dict(mean=make(M, B, 19, seed=42), logvar=make(M, B, 19, seed=43), other_mean=make(M, B, 19, seed=44), other_logvar=make(M, B, 19, seed=45))
case("gaussian_kl", kl(0), **pairs)
case("gaussian_kl_floor", kl(0.1), **pairs)


def merge(mean, logvar, other_mean, other_logvar):
    """The published equations as they stand, by precisions."""
    p, q = torch.exp(-logvar), torch.exp(-other_logvar)
    return (mean * p + other_mean * q) / (p + q), -torch.log(p + q)


case("gaussian_merge", merge, **pairs)


def planar(parts):
    """Each row by itself; the determinant is that of the Jacobian."""
    def flow(z, u, w, b):
        m = F.softplus((w * u).sum(-1, keepdim=True)) - 1
        v = u + (m - (w * u).sum(-1, keepdim=True)) * w / (w * w).sum(-1, keepdim=True)
        ys, dets = [], []
        for trial in range(M):
            for row in range(z.shape[1]):
                p = row % parts
                f = lambda t: t + v[trial, p] * torch.tanh((w[trial, p] * t).sum() + b[trial, p])
                ys.append(f(z[trial, row]))
                dets.append(torch.autograd.functional.jacobian(f, z[trial, row], create_graph=True).det().abs().log())
        return torch.stack(ys).view(z.shape), torch.stack(dets).view(z.shape[:2])
    return flow


for name, parts, units in (("shared", 1, 5), ("amortised", B, 19)):
    case("planar_flow_" + name, planar(parts), z=make(M, 2 * B, units, seed=46), u=make(M, parts, units, seed=47), w=make(M, parts, units, seed=48),
         b=make(M, parts, 1, seed=49))


def adam(hat, clip, dtype):
    """20 steps on a quadratic bowl whose gradient has noise; the hat form is written out, because PyTorch has none."""
    p = make(3, 4, seed=20).to(dtype).requires_grad_()
    q = make(2, 5, seed=21).to(dtype).requires_grad_()
    lr, b1, b2, eps = 0.02, 0.8, 0.95, 1e-2
    optimizer = torch.optim.Adam([p, q], lr=lr, betas=(b1, b2), eps=eps)
    state = [(torch.zeros_like(t), torch.zeros_like(t)) for t in (p, q)]
    norms = []
    for t in range(1, 21):
        loss = ((p - make(3, 4, seed=100 + t).to(dtype)) ** 2).sum() + ((q * q) * make(2, 5, seed=200 + t).to(dtype).abs()).sum()
        optimizer.zero_grad()
        loss.backward()
        norms.append(float(torch.sqrt(sum((g.grad.double() ** 2).sum() for g in (p, q)))))
        if clip:
            torch.nn.utils.clip_grad_norm_([p, q], clip)
        if not hat:
            optimizer.step()
            continue
        with torch.no_grad():
            for (m, v), x in zip(state, (p, q)):
                m.mul_(b1).add_((1 - b1) * x.grad)
                v.mul_(b2).add_((1 - b2) * x.grad ** 2)
                x.sub_(lr * math.sqrt(1 - b2 ** t) / (1 - b1 ** t) * m / (v.sqrt() + eps))
    return {"p": pack(p), "q": pack(q), "norms": norms}


out["adam"] = {"%s_clip%g_%s" % ("hat" if hat else "torch", clip, str(dtype)[6:]): adam(hat, clip, dtype)
               for hat in (False, True) for clip in (0, 2.5) for dtype in (torch.float32, torch.float64)}
out["randn_seed_123"] = pack(torch.randn(40, generator=torch.Generator().manual_seed(123)))
out["rand_seed_123"] = pack(torch.rand(40, generator=torch.Generator().manual_seed(123)))
out["randperm_seed_123"] = pack(torch.randperm(40, generator=torch.Generator().manual_seed(123)))
print(json.dumps(out))
