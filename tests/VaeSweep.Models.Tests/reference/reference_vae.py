"""One-trial VAEs in plain PyTorch, float64, written from the equations and torch.distributions: what the golden numbers come from.

Weights are [inputs, outputs] and rows of samples are K-major (row k * B + b), as in VaeSweep.Models; nothing else is shared with it.
"""
import math

import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

ACTIVATIONS = {
    "softplus": F.softplus,
    "relu": torch.relu,
    "tanh": torch.tanh,
}
HEADS = {
    "linear": lambda mean, raw: Normal(mean, torch.exp(0.5 * raw)),
    "report": lambda mean, raw: Normal(torch.sigmoid(mean), torch.exp(0.5 * torch.tanh(raw))),
    "hardtanh": lambda mean, raw: Normal(mean, torch.exp(0.5 * F.hardtanh(raw, -6, 2))),
    "softplus": lambda mean, raw: Normal(mean, F.softplus(raw).sqrt()),
    "exp": lambda mean, raw: Normal(mean, torch.exp(raw)),
}
VARIANCE_FLOOR = 1e-5  # of the gaussian_softplus decoder, as in the ladder code's log-densities


class Shapes:
    """Names and shapes of parameters in the order in which the model declares them; and of the buffers."""

    def __init__(self, config):
        self.config, self.params, self.buffers = config, {}, {}

    def linear(self, name, first, size):
        self.params[f"{name}.weight"] = (first, size)
        self.params[f"{name}.bias"] = (1, size)

    def dense(self, name, first, size):
        if not self.config["batch_norm"]:
            return self.linear(name, first, size)
        self.params[f"{name}.weight"] = (first, size)
        self.params[f"{name}.norm.weight"] = self.params[f"{name}.norm.bias"] = (1, size)
        self.buffers[f"{name}.norm.mean"] = self.buffers[f"{name}.norm.var"] = (1, size)

    def mlp(self, prefix, first, sizes):
        for i, size in enumerate(sizes):
            self.dense(f"{prefix}.hidden.{i}", first, size)
            if self.config["activation"] == "gated":
                self.dense(f"{prefix}.hidden.{i}.gate", first, size)
            first = size
        return first

    def gaussian(self, prefix, first, sizes, latent):
        top = self.mlp(prefix, first, sizes)
        self.head(f"{prefix}.mean", top, latent)
        self.head(f"{prefix}.logvar", top, latent)
        return top

    def head(self, name, first, size):
        (self.dense if self.config.get("batch_norm_heads") else self.linear)(name, first, size)

    def output(self, bottom):
        for head in {"bernoulli": ["logits"], "gaussian": ["mean", "logvar"], "gaussian_softplus": ["mean", "variance"],
                     "logistic": ["mean", "logscale"]}[self.config["decoder"]]:
            self.linear(f"decoder.{head}", bottom, self.config["inputs"])

    def prior(self, latent):
        images, kind = (self.config["pseudo_inputs"], self.config["inputs"]), self.config["prior"]
        if kind == "vampprior":
            self.params["prior.pseudo_inputs"] = images
        elif kind == "vampprior_data":
            self.buffers["prior.pseudo_inputs"] = images
        elif kind == "mixture":
            self.params["prior.mean"] = self.params["prior.logvar"] = (self.config["pseudo_inputs"], latent)


class DiscretisedLogistic:
    """As the VampPrior's published code has it, a difference of two sigmoids; or with the two outermost values open."""

    def __init__(self, mean, scale, open_bins):
        self.mean, self.scale, self.open_bins = mean, scale, open_bins

    def log_prob(self, x):
        value = torch.floor(x * 256).clamp(0, 255)
        below, above = (value / 256 - self.mean) / self.scale, ((value + 1) / 256 - self.mean) / self.scale
        if not self.open_bins:
            return torch.log(torch.sigmoid(above) - torch.sigmoid(below) + 1e-7).sum(1)
        # On the right of the mean the difference is taken between the upper tails, which are small there: sigmoid(a) = 1 - sigmoid(-a).
        right = below > 0
        inner = torch.where(right, torch.sigmoid(-below) - torch.sigmoid(-above), torch.sigmoid(above) - torch.sigmoid(below))
        return torch.log(torch.where(value == 0, torch.sigmoid(above), torch.where(value == 255, torch.sigmoid(-below), inner))).sum(1)


class Network:
    """Layers by name; subclasses say how they are joined."""

    def __init__(self, config, params, buffers):
        self.config, self.params, self.buffers, self.training = config, params, buffers, True
        self.batch = {}

    def linear(self, name, x):
        y = x @ self.params[f"{name}.weight"]
        return y + self.params[f"{name}.bias"] if f"{name}.bias" in self.params else y

    def dense(self, name, x, follow):
        x = self.linear(name, x)
        if not self.config["batch_norm"]:
            return x
        weight, bias = self.params[f"{name}.norm.weight"], self.params[f"{name}.norm.bias"]
        if follow and self.training:
            # Pseudo-inputs: by the statistics of the images' batch.
            mean, var = self.batch[name]
            return (x - mean) / torch.sqrt(var + 1e-5) * weight + bias
        self.batch[name] = (x.mean(0), x.var(0, unbiased=False))
        return F.batch_norm(x, self.buffers[f"{name}.norm.mean"].squeeze(0), self.buffers[f"{name}.norm.var"].squeeze(0),
                            weight.squeeze(0), bias.squeeze(0), training=self.training, momentum=0.1, eps=1e-5)

    def mlp(self, prefix, x, count, follow=False):
        for i in range(count):
            name = f"{prefix}.hidden.{i}"
            value = self.dense(name, x, follow)
            if self.config["activation"] == "gated":
                x = value * torch.sigmoid(self.dense(f"{name}.gate", x, follow))
            else:
                slope = self.config.get("leaky_slope", 0.1)
                x = F.leaky_relu(value, slope) if self.config["activation"] == "leaky_relu" else ACTIVATIONS[self.config["activation"]](value)
        return x

    def head(self, name, features, follow):
        return self.dense(name, features, follow) if self.config.get("batch_norm_heads") else self.linear(name, features)

    def gaussian(self, prefix, features, follow=False):
        return HEADS[self.config["encoder_head"]](self.head(f"{prefix}.mean", features, follow), self.head(f"{prefix}.logvar", features, follow))

    def floored(self, q):
        """What densities are taken of: variances with the floor added."""
        floor = self.config.get("variance_floor", 0.0)
        return Normal(q.loc, (q.scale ** 2 + floor).sqrt()) if floor > 0 else q

    def output(self, h):
        """p(x|.) from the decoder's last hidden layer."""
        if self.config["decoder"] == "bernoulli":
            return Independent(Bernoulli(logits=self.linear("decoder.logits", h), validate_args=False), 1)
        mean = self.linear("decoder.mean", h)
        if self.config["decoder"] == "logistic":
            return DiscretisedLogistic(torch.sigmoid(mean).clamp(1 / 512, 1 - 1 / 512), F.hardtanh(self.linear("decoder.logscale", h), -4.5, 0).exp(),
                                       self.config.get("open_bins", False))
        if self.config["decoder"] == "gaussian":
            return Independent(Normal(torch.sigmoid(mean), torch.exp(0.5 * torch.tanh(self.linear("decoder.logvar", h)))), 1)
        return Independent(Normal(mean, (F.softplus(self.linear("decoder.variance", h)) + VARIANCE_FLOOR).sqrt()), 1)

    def prior(self, latent):
        kind = self.config["prior"]
        if kind == "standard":
            return Independent(Normal(torch.zeros(latent), torch.ones(latent)), 1)
        if kind == "mixture":
            components = Normal(self.params["prior.mean"], torch.exp(0.5 * self.params["prior.logvar"]))
        else:
            inputs = (self.params if kind == "vampprior" else self.buffers)["prior.pseudo_inputs"]
            components = self.encode_top(inputs.clamp(0, 1), follow=True)
        return MixtureSameFamily(Categorical(torch.ones(components.loc.shape[0])), Independent(components, 1))

    def top_terms(self, q, z):
        """Of the top layer at z [K*B, Z]: log q, log p, and KL of each unit where it has a closed form."""
        prior, q = self.prior(q.loc.shape[-1]), self.floored(q)
        k = z.shape[0] // q.loc.shape[0]
        repeated = Independent(Normal(q.loc.repeat(k, 1), q.scale.repeat(k, 1)), 1)
        kl = kl_divergence(q, prior.base_dist.expand(q.loc.shape)) if self.config["prior"] == "standard" else None
        return {"log_q": repeated.log_prob(z), "log_p": prior.log_prob(z), "kl_units": kl}

    def objective(self, x, eps, beta, bound, free_bits):
        recon, layers = self.terms(x, eps)
        if self.config.get("kl_form") == "monte_carlo" and bound == "elbo":
            layers = [{**layer, "kl_units": None} for layer in layers]
        batch = x.shape[0]
        k = recon.shape[0] // batch
        ratio = sum(layer["log_q"] - layer["log_p"] for layer in layers)
        kl = sum((layer["log_q"] - layer["log_p"]).mean() if layer["kl_units"] is None else layer["kl_units"].sum(1).mean() for layer in layers)
        if bound == "elbo":
            cost = kl
            if free_bits > 0 and self.config.get("free_bits_form") == "image":
                of_images = sum((layer["log_q"] - layer["log_p"] if layer["kl_units"] is None else layer["kl_units"].sum(1)).view(-1, batch).mean(0) for layer in layers)
                cost = torch.clamp(of_images - free_bits, min=0).mean()
            elif free_bits > 0:
                cost = sum(torch.clamp(layer["kl_units"].mean(0), min=free_bits).sum() for layer in layers)
            objective = recon.mean() - beta * cost
        else:
            log_w = (recon - beta * ratio).view(k, batch)
            objective = (torch.logsumexp(log_w, 0) - math.log(k)).mean()
        return {"objective": objective, "elbo": recon.mean() - kl, "recon": recon.mean(), "kl": kl}


def sample(q, eps):
    """z [K*B, Z] of q with B or K*B rows."""
    k = eps.shape[0] // q.loc.shape[0]
    return q.loc.repeat(k, 1) + q.scale.repeat(k, 1) * eps


class Vae(Network):
    """One stochastic layer."""

    @staticmethod
    def shapes(config):
        shapes = Shapes(config)
        hidden, latent, posterior = config["hidden"][0], config["layers"][0], config.get("posterior", "gaussian")
        if posterior == "fixed":
            top = shapes.mlp("encoder", config["inputs"], hidden)
            shapes.head("encoder.mean", top, latent)
        else:
            top = shapes.gaussian("encoder", config["inputs"], hidden, latent)
        for i in range(config.get("flows", 0)):
            name = f"posterior.flow.{i}"
            if posterior == "planar":
                for part, size in (("u", latent), ("w", latent), ("b", 1)):
                    if config.get("amortised_flows"):
                        shapes.linear(f"{name}.{part}", top, size)
                    else:
                        shapes.params[f"{name}.{part}"] = (1, size)
            elif posterior == "coupling":
                start, stop = moved(i, latent)
                shapes.linear(f"{name}.image", top, config["flow_hidden"])
                if stop - start < latent:
                    shapes.params[f"{name}.others.weight"] = (latent - stop + start, config["flow_hidden"])
                shapes.linear(f"{name}.output", config["flow_hidden"], 2 * (stop - start))
        shapes.output(shapes.mlp("decoder", latent, hidden[::-1]))
        shapes.prior(latent)
        return shapes

    def infer(self, x, follow=False):
        features = self.mlp("encoder", x, len(self.config["hidden"][0]), follow)
        if self.config.get("posterior") == "fixed":
            mean = self.head("encoder.mean", features, follow)
            return features, Normal(mean, torch.full_like(mean, self.config["posterior_sd"]))
        return features, self.gaussian("encoder", features, follow)

    def encode_top(self, x, follow=False):
        return self.infer(x, follow)[1]

    def flow(self, i, features, z):
        """One image's step: features [H], z [Z] to [Z]."""
        name, posterior = f"posterior.flow.{i}", self.config.get("posterior")
        if posterior == "planar":
            part = lambda p: (self.linear(f"{name}.{p}", features[None]) if self.config.get("amortised_flows") else self.params[f"{name}.{p}"])[0]
            u, w, b = part("u"), part("w"), part("b")
            along = torch.dot(w, u)
            u = u + (F.softplus(along) - 1 - along) * w / torch.dot(w, w)
            return z + u * torch.tanh(torch.dot(w, z) + b)
        start, stop = moved(i, len(z))
        others = torch.cat([z[:start], z[stop:]])
        hidden = self.linear(f"{name}.image", features[None])[0]
        if len(others) > 0:
            hidden = hidden + others @ self.params[f"{name}.others.weight"]
        scale, shift = self.linear(f"{name}.output", torch.tanh(hidden)[None])[0].chunk(2)
        return torch.cat([z[:start], z[start:stop] * torch.exp(torch.tanh(scale)) + shift, z[stop:]])

    def draw(self, features, q, eps):
        """z [K*B, Z] and log q(z|x) by the change of variables, with the Jacobian from automatic differentiation and its determinant from slogdet."""
        z0 = sample(q, eps)
        k = z0.shape[0] // q.loc.shape[0]
        density = self.floored(q)
        log_q = Independent(Normal(density.loc.repeat(k, 1), density.scale.repeat(k, 1)), 1).log_prob(z0)
        if self.config.get("posterior") not in ("planar", "coupling"):
            return z0, log_q
        rows, dets = [], []
        for row, h in zip(z0, features.repeat(k, 1)):
            det = 0
            for i in range(self.config["flows"]):
                jacobian = torch.autograd.functional.jacobian(lambda z, i=i, h=h: self.flow(i, h, z), row, create_graph=torch.is_grad_enabled())
                det = det + torch.linalg.slogdet(jacobian)[1]
                row = self.flow(i, h, row)
            rows.append(row)
            dets.append(det)
        return torch.stack(rows), log_q - torch.stack(dets)

    def terms(self, x, eps):
        """log p(x|z) [K*B], and one entry a stochastic layer: log q, log p [K*B], kl_units [rows, Z]."""
        features, q = self.infer(x)
        z, log_q = self.draw(features, q, eps[0])
        recon = self.output(self.mlp("decoder", z, len(self.config["hidden"][0]))).log_prob(x.repeat(z.shape[0] // x.shape[0], 1))
        if self.config.get("posterior") in ("planar", "coupling"):
            return recon, [{"log_q": log_q, "log_p": self.prior(z.shape[1]).log_prob(z), "kl_units": None}]
        return recon, [self.top_terms(q, z)]

    def posterior_means(self, x):
        features, q = self.infer(x)
        if self.config.get("posterior") not in ("planar", "coupling"):
            return [q.loc]
        half = torch.randn(16, q.loc.shape[1], generator=torch.Generator().manual_seed(20160601))
        noise = torch.cat([half, -half]).repeat_interleave(len(x), 0)
        return [self.draw(features, q, noise)[0].view(32, len(x), -1).mean(0)]


def moved(i, latent):
    """The units that coupling layer i scales and shifts: the upper half, then the lower one."""
    half = latent // 2
    return (half, latent) if i % 2 == 0 or half == 0 else (0, half)
