"""Writes golden/*.json. Run: /usr/bin/python3 make_golden.py   (Debian's python3-torch; float64 throughout)."""
import json
import math
import pathlib

import torch
from torch.distributions import Bernoulli, Independent, Normal

from reference_layers import HierarchicalVae, LadderVae, LayeredVae
from reference_vae import DiscretisedLogistic, Vae

torch.set_default_dtype(torch.float64)
OUT = pathlib.Path(__file__).parent / "golden"
LIKELIHOOD_SAMPLES, LIKELIHOOD_CHUNK, STREAM = 11, 4, 1001


def numbers(tensor):
    return [float(f"{v:.17g}") for v in tensor.detach().reshape(-1).tolist()]


def packed(tensors):
    stacked = torch.stack(list(tensors))
    return {"shape": list(stacked.shape), "values": numbers(stacked)}


def draw(shapes, generator, scale=0.6):
    return {name: (scale * torch.randn(shape, generator=generator)).requires_grad_() for name, shape in shapes.items()}


def family(config):
    if config["family"] == "vae":
        return Vae if len(config["layers"]) == 1 else LayeredVae
    return {"hvae": HierarchicalVae, "ladder": LadderVae}[config["family"]]


def make_model(config, generator):
    kind = family(config)
    shapes = kind.shapes(config)
    params = draw(shapes.params, generator)
    buffers = {name: (torch.rand(shape, generator=generator) + 0.5 if name.endswith("var") else 0.3 * torch.randn(shape, generator=generator))
               for name, shape in shapes.buffers.items()}
    return kind(config, params, buffers)


def images(config, batch, generator):
    x = torch.rand(batch, config["inputs"], generator=generator)
    return (x > 0.5).to(x.dtype) if config["decoder"] == "bernoulli" else x


def noise(config, rows, generator):
    return [torch.randn(rows, size, generator=generator) for size in config["layers"]]


def by_layer(trials):
    """[trial][layer] to one packed tensor a layer; null for a layer without."""
    return [None if layer[0] is None else packed(layer) for layer in zip(*trials)]


def step_case(name, trials=2, batch=3, k=1, bound="elbo", beta=(1.0, 0.3), free_bits=0.0, seed=0, **changes):
    config = {"inputs": 5, "family": "vae", "layers": [2], "hidden": [[4, 3]], "activation": "softplus", "decoder": "bernoulli", "batch_norm": False,
              "encoder_head": "linear", "prior": "standard", "pseudo_inputs": 3, **changes}
    generator = torch.Generator().manual_seed(1000 + seed)
    models = [make_model(config, generator) for _ in range(trials)]
    before = [{n: b.clone() for n, b in m.buffers.items()} for m in models]
    x = [images(config, batch, generator) for _ in models]
    eps = [noise(config, k * batch, generator) for _ in models]
    results = []
    for m, model in enumerate(models):
        result = model.objective(x[m], eps[m], beta[m % len(beta)], bound, free_bits)
        (-result["objective"]).backward()
        results.append(result)
    case = {
        "name": name, "config": config, "bound": bound, "k": k, "free_bits": free_bits,
        "beta": [beta[m % len(beta)] for m in range(trials)],
        "x": packed(x), "eps": by_layer(eps),
        "parameters": {n: packed(m.params[n] for m in models) for n in models[0].params},
        "gradients": {n: packed(m.params[n].grad for m in models) for n in models[0].params},
        "buffers": {n: packed(b[n] for b in before) for n in models[0].buffers},
        "buffers_after": {n: packed(m.buffers[n] for m in models) for n in models[0].buffers},
    }
    for key in ("objective", "elbo", "recon", "kl"):
        case[key] = numbers(torch.stack([r[key] for r in results]))
    case["evaluation"] = evaluation_of(config, models, x, generator)
    return case


def likelihood(model, x, config, seed, samples=LIKELIHOOD_SAMPLES, chunk=LIKELIHOOD_CHUNK):
    """L_S of each image by its definition, from all weights at once; noise drawn chunk after chunk, as a trial's stream gives it."""
    stream, weights = torch.Generator().manual_seed(seed), []
    for start in range(0, samples, chunk):
        rows = min(chunk, samples - start)
        recon, layers = model.terms(x, noise(config, rows * x.shape[0], stream))
        weights.append((recon + sum(layer["log_p"] - layer["log_q"] for layer in layers)).view(rows, -1))
    return torch.logsumexp(torch.cat(weights), 0) - math.log(samples)


@torch.no_grad()
def evaluation_of(config, models, x, generator, samples=7):
    """After the step, with the running statistics that it left. Seven samples, so that chunks of three leave a remainder."""
    batch = x[0].shape[0]
    eps = [noise(config, samples * batch, generator) for _ in models]
    rows = {"elbo": [], "recon": [], "kl": [], "bound": []}
    units, means, likelihoods = [], [], []
    for m, model in enumerate(models):
        model.training = False
        recon, layers = model.terms(x[m], eps[m])
        recon = recon.view(samples, batch)
        ratio = sum(layer["log_q"] - layer["log_p"] for layer in layers).view(samples, batch)
        kl = sum((layer["log_q"] - layer["log_p"] if layer["kl_units"] is None else layer["kl_units"].sum(1)).view(-1, batch).mean(0) for layer in layers)
        rows["recon"].append(recon.mean(0))
        rows["kl"].append(kl)
        rows["elbo"].append(recon.mean(0) - kl)
        rows["bound"].append(torch.logsumexp(recon - ratio, 0) - math.log(samples))
        units.append([None if layer["kl_units"] is None else layer["kl_units"].mean(0) for layer in layers])
        means.append(model.posterior_means(x[m]))
        likelihoods.append(likelihood(model, x[m], config, seed=STREAM + m))
    return {"likelihood": packed(likelihoods), "eps": by_layer(eps), "samples": samples, "kl_units": by_layer(units), "posterior_means": by_layer(means),
            **{key: packed(value) for key, value in rows.items()}}


def steps():
    yield step_case("bernoulli elbo softplus", seed=1)
    yield step_case("bernoulli elbo, three samples, tanh", k=3, activation="tanh", seed=2)
    yield step_case("bernoulli iwae, three samples, relu, warm-up", k=3, bound="iwae", activation="relu", seed=3)
    yield step_case("bernoulli iwae, one sample", bound="iwae", seed=4)
    yield step_case("bernoulli elbo leaky relu, odd batch, one-unit latent", batch=5, layers=[1], activation="leaky_relu", seed=5)
    yield step_case("bernoulli elbo, report's encoder head", encoder_head="report", seed=6)
    yield step_case("bernoulli elbo, free bits", free_bits=0.25, beta=(1.0, 0.7), seed=7)
    yield step_case("bernoulli elbo, batch norm", batch_norm=True, batch=5, seed=8)
    yield step_case("bernoulli iwae, batch norm, three samples", batch_norm=True, batch=4, k=3, bound="iwae", activation="tanh", seed=9)
    yield step_case("gaussian elbo", decoder="gaussian", k=2, seed=10)
    yield step_case("gaussian iwae", decoder="gaussian", k=3, bound="iwae", seed=11)
    yield step_case("gaussian softplus elbo", decoder="gaussian_softplus", seed=12)
    yield step_case("gaussian softplus iwae, batch norm", decoder="gaussian_softplus", batch_norm=True, batch=4, k=2, bound="iwae", seed=13)
    yield step_case("no hidden layers", hidden=[[]], decoder="gaussian_softplus", k=2, bound="iwae", seed=14)
    yield step_case("one trial", trials=1, hidden=[[3]], seed=15)


def priors():
    yield step_case("vampprior elbo", prior="vampprior", activation="tanh", seed=21)
    yield step_case("vampprior iwae, three samples", prior="vampprior", k=3, bound="iwae", seed=22)
    yield step_case("vampprior, one component", prior="vampprior", pseudo_inputs=1, k=2, seed=23)
    yield step_case("vampprior, batch norm", prior="vampprior", batch_norm=True, batch=4, seed=30)
    yield step_case("vampprior_data elbo", prior="vampprior_data", seed=25)
    yield step_case("vampprior_data iwae, batch norm", prior="vampprior_data", batch_norm=True, batch=4, k=2, bound="iwae", seed=26)
    yield step_case("mixture elbo", prior="mixture", k=2, seed=27)
    yield step_case("mixture iwae, gaussian decoder", prior="mixture", pseudo_inputs=5, decoder="gaussian", k=2, bound="iwae", seed=28)


def layered():
    two, three = dict(layers=[3, 2], hidden=[[4], [3]]), dict(layers=[3, 2, 1], hidden=[[4, 4], [3], []])
    yield step_case("gated", activation="gated", seed=41)
    yield step_case("gated, batch norm, iwae", activation="gated", batch_norm=True, batch=4, k=2, bound="iwae", seed=42)
    yield step_case("hardtanh head", encoder_head="hardtanh", seed=43)
    yield step_case("softplus head", encoder_head="softplus", k=2, bound="iwae", seed=44)
    yield step_case("two layers bottom-up, elbo", **two, k=2, seed=51)
    yield step_case("two layers bottom-up, iwae", **two, k=3, bound="iwae", seed=52)
    yield step_case("three layers bottom-up, batch norm, free bits", **three, batch_norm=True, batch=4, k=2, free_bits=0.1, activation="tanh", seed=53)
    yield step_case("two layers bottom-up, mixture", **two, prior="mixture", seed=54)
    yield step_case("ladder, one layer", family="ladder", seed=61)
    yield step_case("ladder, two layers, elbo", family="ladder", **two, k=2, activation="leaky_relu", encoder_head="softplus", seed=62)
    yield step_case("ladder, three layers, iwae, batch norm", family="ladder", **three, batch_norm=True, batch=4, k=2, bound="iwae", activation="tanh", seed=63)
    yield step_case("ladder, three layers, free bits", family="ladder", **three, free_bits=0.2, seed=64)
    yield step_case("ladder, vampprior, batch norm", family="ladder", **two, prior="vampprior", batch_norm=True, batch=5, activation="tanh", seed=65)
    hier = dict(family="hvae", layers=[3, 2], hidden=[[4, 3], [3, 4]])
    yield step_case("hvae, elbo", **hier, activation="gated", encoder_head="hardtanh", k=2, seed=71)
    yield step_case("hvae, iwae, vampprior", **hier, prior="vampprior", activation="tanh", k=3, bound="iwae", seed=72)
    yield step_case("hvae, batch norm, vampprior, gaussian", **hier, prior="vampprior", decoder="gaussian", batch_norm=True, batch=4, activation="tanh", seed=73)
    yield step_case("hvae, no joined layers", family="hvae", layers=[1, 2], hidden=[[3], []], seed=74)


def posteriors():
    yield step_case("logistic elbo", decoder="logistic", k=2, seed=101)
    yield step_case("logistic iwae, open bins", decoder="logistic", open_bins=True, k=3, bound="iwae", seed=102)
    yield step_case("exp head", encoder_head="exp", k=2, bound="iwae", seed=103)
    yield step_case("free bits of images", free_bits=1.5, free_bits_form="image", k=2, batch=5, beta=(1.0, 0.7), seed=104)
    yield step_case("free bits of images, vampprior", free_bits=0.5, free_bits_form="image", prior="vampprior", k=2, batch=5, seed=105)
    yield step_case("free bits of images, ladder", family="ladder", layers=[3, 2], hidden=[[4], [3]], free_bits=1.0, free_bits_form="image", k=2, batch=5, seed=106)
    yield step_case("fixed posterior, beta 0", posterior="fixed", posterior_sd=0.3, beta=(0.0, 1.0), k=2, seed=107)
    yield step_case("fixed posterior, vampprior, iwae", posterior="fixed", posterior_sd=0.3, prior="vampprior", k=2, bound="iwae", seed=108)
    yield step_case("planar elbo", posterior="planar", flows=3, layers=[3], k=2, seed=109)
    yield step_case("planar iwae, amortised, vampprior", posterior="planar", flows=2, amortised_flows=True, layers=[3], prior="vampprior", k=3, bound="iwae", seed=110)
    yield step_case("planar, one unit, batch norm", posterior="planar", flows=2, layers=[1], batch_norm=True, batch=4, seed=111)
    yield step_case("coupling elbo, mixture", posterior="coupling", flows=3, flow_hidden=4, layers=[3], prior="mixture", k=2, seed=112)
    yield step_case("coupling iwae", posterior="coupling", flows=2, flow_hidden=5, layers=[4], k=3, bound="iwae", activation="tanh", seed=113)
    yield step_case("coupling, one unit", posterior="coupling", flows=2, flow_hidden=3, layers=[1], k=2, seed=114)
    yield step_case("coupling, free bits of images", posterior="coupling", flows=1, flow_hidden=3, free_bits=0.5, free_bits_form="image", batch=5, seed=115)


def options():
    two, three = dict(layers=[3, 2], hidden=[[4], [3]]), dict(layers=[3, 2, 1], hidden=[[4, 4], [3], [3]])
    code = dict(family="ladder", batch_norm=True, batch_norm_heads=True, batch=5, activation="leaky_relu", leaky_slope=0.01, encoder_head="softplus", variance_floor=1e-2)
    yield step_case("leaky slope", activation="leaky_relu", leaky_slope=0.01, seed=201)
    yield step_case("batch norm of heads", batch_norm=True, batch_norm_heads=True, batch=4, k=2, bound="iwae", seed=202)
    yield step_case("batch norm of heads, vampprior", batch_norm=True, batch_norm_heads=True, batch=4, prior="vampprior", activation="tanh", seed=203)
    yield step_case("variance floor", encoder_head="softplus", variance_floor=0.05, k=2, bound="iwae", seed=204)
    yield step_case("variance floor, elbo, planar", encoder_head="softplus", variance_floor=0.05, posterior="planar", flows=2, k=2, seed=205)
    yield step_case("ladder, copied predictions", family="ladder", **two, share_top_down=False, k=2, seed=206)
    yield step_case("ladder, mean-only upward pass", family="ladder", **three, mean_only_up=True, k=2, bound="iwae", seed=207)
    yield step_case("ladder as published runs had it, elbo", **code, **three, share_top_down=False, mean_only_up=True, k=2, seed=208)
    yield step_case("ladder as published runs had it, iwae", **code, **two, share_top_down=False, mean_only_up=True, k=3, bound="iwae", seed=209)
    yield step_case("two layers bottom-up, variance floor", **two, encoder_head="softplus", variance_floor=0.05, k=2, seed=210)
    yield step_case("hvae, variance floor", family="hvae", layers=[3, 2], hidden=[[4, 3], [3]], encoder_head="softplus", variance_floor=0.05, prior="vampprior", k=2, bound="iwae", seed=211)
    yield step_case("Monte Carlo KL", kl_form="monte_carlo", k=2, beta=(1.0, 0.4), seed=213)
    yield step_case("Monte Carlo KL, ladder, free bits of images", family="ladder", **two, kl_form="monte_carlo", free_bits=0.5, free_bits_form="image", k=2, seed=214)
    yield step_case("IWAE's two layers", **two, encoder_head="exp", activation="tanh", k=5, bound="iwae", seed=212)


def mixture_density():
    """Components far from the origin and narrow: what the two-product form could lose digits on."""
    generator = torch.Generator().manual_seed(17)
    mean = 4 + torch.randn(2, 6, 3, generator=generator)
    logvar = -3 + torch.randn(2, 6, 3, generator=generator)
    z = 4 + 1.5 * torch.randn(2, 9, 3, generator=generator)
    density = [torch.distributions.MixtureSameFamily(torch.distributions.Categorical(torch.ones(6)),
                                                     Independent(Normal(m, torch.exp(0.5 * v)), 1)).log_prob(r) for m, v, r in zip(mean, logvar, z)]
    return {"mean": packed(mean), "logvar": packed(logvar), "z": packed(z), "density": packed(density)}


def densities():
    """Log-densities at ordinary and at extreme arguments; [rows] each, summed over three dimensions."""
    generator = torch.Generator().manual_seed(7)
    logits = torch.cat([3 * torch.randn(4, 3, generator=generator), torch.tensor([[40.0, -40.0, 0.0], [200.0, -300.0, 90.0]])])
    bits = (torch.rand(6, 3, generator=generator) > 0.5).to(torch.float64)
    grey = torch.rand(6, 3, generator=generator)
    raw = torch.cat([2 * torch.randn(4, 3, generator=generator), torch.tensor([[-30.0, 30.0, 0.0], [-200.0, 15.0, 25.0]])])
    mean = torch.cat([torch.randn(4, 3, generator=generator), torch.tensor([[20.0, -20.0, 0.5], [0.1, 0.2, 0.9]])])
    pixels = torch.cat([torch.randint(256, (4, 3), generator=generator), torch.tensor([[0, 255, 128], [255, 0, 1]])]) / 255.0
    logistic = [DiscretisedLogistic(torch.sigmoid(mean).clamp(1 / 512, 1 - 1 / 512), torch.nn.functional.hardtanh(raw, -4.5, 0).exp(), edges) for edges in (False, True)]
    gaussian = Normal(torch.sigmoid(mean), torch.exp(0.5 * torch.tanh(raw)))
    softplus = Normal(mean, (torch.nn.functional.softplus(raw) + 1e-5).sqrt())
    return {
        "logits": packed([logits]), "raw": packed([raw]), "mean": packed([mean]), "bits": packed([bits]), "grey": packed([grey]),
        "bernoulli": numbers((bits * logits - torch.nn.functional.softplus(logits)).sum(1)),
        "bernoulli_checked": numbers(Independent(Bernoulli(logits=logits), 1).log_prob(bits)),
        "gaussian": numbers(Independent(gaussian, 1).log_prob(grey)),
        "gaussian_softplus": numbers(Independent(softplus, 1).log_prob(grey)),
        "pixels": packed([pixels]), "logistic": numbers(logistic[0].log_prob(pixels)), "logistic_open": numbers(logistic[1].log_prob(pixels)),
    }


def activity():
    """Variance over images of posterior means, large offset included: a naive sum of squares in float32 fails it."""
    generator = torch.Generator().manual_seed(11)
    scale = torch.tensor([1.0, 0.35, 0.2, 0.09, 0.001])
    offset = torch.tensor([0.0, 3.0, 500.0, -2.0, 1.0])
    means = offset + scale * torch.randn(2, 37, 5, generator=generator)
    variance = means.var(dim=1, unbiased=False)
    return {"means": {"shape": [2, 37, 5], "values": numbers(means)}, "variance": {"shape": [2, 5], "values": numbers(variance)},
            "active_001": (variance > 0.01).sum(1).tolist(), "active_01": (variance > 0.1).sum(1).tolist()}


def linear_gaussian():
    """x = W z + b + noise: log p(x) is known, and importance sampling must find it. N(b, W'W + v I), v = softplus(a) + floor."""
    generator = torch.Generator().manual_seed(13)
    pixels, latent, batch = 5, 2, 4
    weight = 0.8 * torch.randn(latent, pixels, generator=generator)
    bias = torch.randn(pixels, generator=generator)
    raw = torch.randn(pixels, generator=generator)
    noise = torch.nn.functional.softplus(raw) + 1e-5
    marginal = torch.distributions.MultivariateNormal(bias, weight.T @ weight + torch.diag(noise))
    x = torch.randn(batch, pixels, generator=generator)
    # The exact posterior mean is linear in x, with a covariance that is not diagonal: a good proposal, not a perfect one.
    precision = torch.eye(latent) + (weight / noise) @ weight.T
    encoder = ((weight / noise).T @ torch.linalg.inv(precision))
    return {"decoder_weight": packed([weight]), "decoder_bias": packed([bias[None]]), "variance_bias": packed([raw[None]]),
            "encoder_weight": packed([encoder]), "encoder_bias": packed([(-bias @ encoder)[None]]),
            "encoder_logvar": packed([torch.linalg.inv(precision).diagonal().log()[None]]), "x": packed([x]),
            "log_likelihood": numbers(marginal.log_prob(x))}


def write(name, content):
    OUT.mkdir(exist_ok=True)
    (OUT / name).write_text(json.dumps(content, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")


if __name__ == "__main__":
    write("steps.json", list(steps()))
    write("priors.json", list(priors()))
    write("layers.json", list(layered()))
    write("posteriors.json", list(posteriors()))
    write("options.json", list(options()))
    write("mixture.json", mixture_density())
    write("densities.json", densities())
    write("activity.json", activity())
    write("linear_gaussian.json", linear_gaussian())
