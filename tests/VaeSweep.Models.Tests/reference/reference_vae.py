"""One-trial VAE in plain PyTorch, float64, written from the equations and torch.distributions: what the golden numbers come from.

Weights are [inputs, outputs] and rows of samples are K-major (row k * B + b), as in VaeSweep.Models; nothing else is shared with it.
"""
import math

import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

ACTIVATIONS = {
    "softplus": F.softplus,
    "relu": torch.relu,
    "leaky_relu": lambda a: F.leaky_relu(a, 0.1),
    "tanh": torch.tanh,
}
VARIANCE_FLOOR = 1e-5  # of the gaussian_softplus decoder, as in the ladder code's log-densities


def widths(config):
    hidden = config["hidden"]
    return hidden, list(reversed(hidden))


def parameter_shapes(config):
    """Names and shapes in the order in which the model declares them; and the buffers."""
    params, buffers = {}, {}
    inputs, latent = config["inputs"], config["latent"]

    def mlp(prefix, first, sizes):
        for i, size in enumerate(sizes):
            params[f"{prefix}.hidden.{i}.weight"] = (first, size)
            if config["batch_norm"]:
                params[f"{prefix}.hidden.{i}.norm.weight"] = (1, size)
                params[f"{prefix}.hidden.{i}.norm.bias"] = (1, size)
                buffers[f"{prefix}.hidden.{i}.norm.mean"] = (1, size)
                buffers[f"{prefix}.hidden.{i}.norm.var"] = (1, size)
            else:
                params[f"{prefix}.hidden.{i}.bias"] = (1, size)
            first = size
        return first

    def linear(name, first, size):
        params[f"{name}.weight"] = (first, size)
        params[f"{name}.bias"] = (1, size)

    up, down = widths(config)
    top = mlp("encoder", inputs, up)
    linear("encoder.mean", top, latent)
    linear("encoder.logvar", top, latent)
    bottom = mlp("decoder", latent, down)
    for head in {"bernoulli": ["logits"], "gaussian": ["mean", "logvar"], "gaussian_softplus": ["mean", "variance"]}[config["decoder"]]:
        linear(f"decoder.{head}", bottom, inputs)
    if config["prior"] == "vampprior":
        params["prior.pseudo_inputs"] = (config["pseudo_inputs"], inputs)
    elif config["prior"] == "vampprior_data":
        buffers["prior.pseudo_inputs"] = (config["pseudo_inputs"], inputs)
    elif config["prior"] == "mixture":
        params["prior.mean"] = params["prior.logvar"] = (config["pseudo_inputs"], latent)
    return params, buffers


class Vae:
    def __init__(self, config, params, buffers):
        self.config, self.params, self.buffers, self.training = config, params, buffers, True
        self.batch = {}

    def linear(self, name, x):
        y = x @ self.params[f"{name}.weight"]
        return y + self.params[f"{name}.bias"] if f"{name}.bias" in self.params else y

    def mlp(self, prefix, x, follow=False):
        for i in range(len(self.config["hidden"])):
            name = f"{prefix}.hidden.{i}"
            x = self.linear(name, x)
            if self.config["batch_norm"] and follow and self.training:
                # Pseudo-inputs: by the statistics of the images' batch.
                mean, var = self.batch[name]
                x = (x - mean) / torch.sqrt(var + 1e-5) * self.params[f"{name}.norm.weight"] + self.params[f"{name}.norm.bias"]
            elif self.config["batch_norm"]:
                self.batch[name] = (x.mean(0), x.var(0, unbiased=False))
                x = F.batch_norm(
                    x, self.buffers[f"{name}.norm.mean"].squeeze(0), self.buffers[f"{name}.norm.var"].squeeze(0),
                    self.params[f"{name}.norm.weight"].squeeze(0), self.params[f"{name}.norm.bias"].squeeze(0),
                    training=self.training, momentum=0.1, eps=1e-5)
            x = ACTIVATIONS[self.config["activation"]](x)
        return x

    def encode(self, x, follow=False):
        h = self.mlp("encoder", x, follow)
        mean, logvar = self.linear("encoder.mean", h), self.linear("encoder.logvar", h)
        if self.config["encoder_head"] == "report":
            mean, logvar = torch.sigmoid(mean), torch.tanh(logvar)
        return Normal(mean, torch.exp(0.5 * logvar))

    def likelihood(self, z):
        h = self.mlp("decoder", z)
        if self.config["decoder"] == "bernoulli":
            return Independent(Bernoulli(logits=self.linear("decoder.logits", h), validate_args=False), 1)
        mean = self.linear("decoder.mean", h)
        if self.config["decoder"] == "gaussian":
            return Independent(Normal(torch.sigmoid(mean), torch.exp(0.5 * torch.tanh(self.linear("decoder.logvar", h)))), 1)
        variance = F.softplus(self.linear("decoder.variance", h)) + VARIANCE_FLOOR
        return Independent(Normal(mean, variance.sqrt()), 1)

    def prior(self, q):
        kind = self.config["prior"]
        if kind == "standard":
            return Independent(Normal(torch.zeros_like(q.loc), torch.ones_like(q.loc)), 1)
        if kind == "mixture":
            components = Normal(self.params["prior.mean"], torch.exp(0.5 * self.params["prior.logvar"]))
        else:
            inputs = (self.params if kind == "vampprior" else self.buffers)["prior.pseudo_inputs"]
            components = self.encode(inputs.clamp(0, 1), follow=True)
        weights = Categorical(torch.ones(components.loc.shape[0]))
        return MixtureSameFamily(weights, Independent(components, 1))

    def terms(self, x, eps):
        """[K, B] log p(x|z), log q(z|x), log p(z), and [B, Z] analytic KL, None where there is none."""
        batch, k = x.shape[0], eps.shape[0] // x.shape[0]
        q = self.encode(x)
        z = q.loc + q.scale * eps.view(k, batch, -1)
        prior = self.prior(q)
        recon = self.likelihood(z.reshape(k * batch, -1)).log_prob(x.repeat(k, 1)).view(k, batch)
        kl_units = kl_divergence(q, prior.base_dist) if self.config["prior"] == "standard" else None
        return recon, Independent(q, 1).log_prob(z), prior.log_prob(z), kl_units

    def objective(self, x, eps, beta, bound, free_bits):
        recon, log_q, log_p, kl_units = self.terms(x, eps)
        k = recon.shape[0]
        kl = kl_units.sum(1).mean() if kl_units is not None else (log_q - log_p).mean()
        if bound == "elbo":
            cost = kl
            if free_bits > 0:
                cost = torch.clamp(kl_units.mean(0), min=free_bits).sum()
            objective = recon.mean() - beta * cost
        else:
            log_w = recon + beta * (log_p - log_q)
            objective = (torch.logsumexp(log_w, 0) - math.log(k)).mean()
        return {"objective": objective, "elbo": recon.mean() - kl, "recon": recon.mean(), "kl": kl}
