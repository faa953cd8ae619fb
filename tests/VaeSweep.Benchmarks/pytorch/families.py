"""The families of models in PyTorch, as one writes them there: torch.nn and closed forms, nothing shared with VaeSweep but the equations.

Every model answers `terms(x, k)` with log p(x|z) of K samples, [K, B], and for each stochastic layer its cost: log q - log p at the samples,
[K, B], and where there is one the closed-form KL, [rows, Z]. Samples are K-major rows, so a network sees [K * B, features].
"""
import math
from dataclasses import dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F

LOG_2PI = math.log(2 * math.pi)
ACTIVATIONS = {"softplus": nn.Softplus, "relu": nn.ReLU, "leaky_relu": lambda: nn.LeakyReLU(0.1), "tanh": nn.Tanh}
HEADS = {
    "linear": lambda mean, raw: (mean, raw),
    "hardtanh": lambda mean, raw: (mean, F.hardtanh(raw, -6, 2)),
    "softplus": lambda mean, raw: (mean, F.softplus(raw).clamp(min=1e-30).log()),
}
INITS = {
    "xavier_normal": nn.init.xavier_normal_,
    "xavier_uniform": nn.init.xavier_uniform_,
    "he_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}


@dataclass
class Config:
    """A model; names and defaults as in a sweep file."""

    family: str = "vae"
    layers: list = field(default_factory=lambda: [50])
    hidden: list = field(default_factory=lambda: [[200, 200]])
    activation: str = "softplus"
    batch_norm: bool = False
    encoder_head: str = "linear"
    init: str = "xavier_normal"
    decoder: str = "bernoulli"
    prior: str = "standard"
    pseudo_inputs: int = 500
    posterior: str = "gaussian"
    flows: int = 5
    flow_hidden: int = 100
    bound: str = "elbo"
    k: int = 1
    pixels: int = 784
    pseudo_start: tuple = (0.05, 0.01)


def log_normal(z, mean, logvar):
    return -0.5 * (LOG_2PI + logvar + (z - mean).square() * torch.exp(-logvar)).sum(-1)


def kl_standard(mean, logvar):
    return 0.5 * (logvar.exp() + mean.square() - 1 - logvar)


def kl_normal(mean, logvar, mean2, logvar2):
    return 0.5 * (logvar2 - logvar + (logvar.exp() + (mean - mean2).square()) * torch.exp(-logvar2) - 1)


def repeat(rows, k):
    return rows if k == 1 else rows.repeat(k, 1)


def draw(mean, logvar):
    return mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)


class Dense(nn.Module):
    """Linear, batch normalisation between where asked for, activation; or a gated pair of linear layers."""

    def __init__(self, config, inputs, outputs):
        super().__init__()

        def linear():
            layers = [nn.Linear(inputs, outputs, bias=not config.batch_norm)]
            return nn.Sequential(*layers, nn.BatchNorm1d(outputs)) if config.batch_norm else layers[0]

        self.linear = linear()
        self.gate = linear() if config.activation == "gated" else None
        self.activation = None if self.gate is not None else ACTIVATIONS[config.activation]()

    def forward(self, x):
        if self.gate is not None:
            return self.linear(x) * torch.sigmoid(self.gate(x))
        return self.activation(self.linear(x))


def mlp(config, inputs, sizes):
    widths = [inputs, *sizes]
    return nn.Sequential(*[Dense(config, a, b) for a, b in zip(widths, widths[1:])]), widths[-1]


class GaussianLayer(nn.Module):
    def __init__(self, config, inputs, sizes, latent):
        super().__init__()
        self.hidden, self.features = mlp(config, inputs, sizes)
        self.mean, self.raw = nn.Linear(self.features, latent), nn.Linear(self.features, latent)
        self.head = HEADS[config.encoder_head]

    def forward(self, x):
        return self.with_features(x)[1]

    def with_features(self, x):
        h = self.hidden(x)
        return h, self.head(self.mean(h), self.raw(h))


class Bernoulli(nn.Module):
    def __init__(self, config, features):
        super().__init__()
        self.logits = nn.Linear(features, config.pixels)

    def forward(self, h, x):
        """[K * B, H] and [B, D] to [K, B]."""
        logits = self.logits(h).view(-1, *x.shape)
        return -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)


class Logistic(nn.Module):
    """Discretised logistic of 256 grey values without open ends, as the VampPrior's published code has it."""

    def __init__(self, config, features):
        super().__init__()
        self.mean, self.scale = nn.Linear(features, config.pixels), nn.Linear(features, config.pixels)

    def forward(self, h, x):
        mean = torch.sigmoid(self.mean(h)).clamp(1 / 512, 1 - 1 / 512).view(-1, *x.shape)
        scale = F.hardtanh(self.scale(h), -4.5, 0).exp().view(-1, *x.shape)
        low = torch.round(x * 255) / 256
        return torch.log(torch.sigmoid((low + 1 / 256 - mean) / scale) - torch.sigmoid((low - mean) / scale) + 1e-7).sum(-1)


DECODERS = {"bernoulli": Bernoulli, "logistic": Logistic}


class Prior(nn.Module):
    """N(0, I), or a mixture of C Gaussians: free, or the encoder's posteriors of pseudo-inputs."""

    def __init__(self, config, latent, encode, images):
        super().__init__()
        self.kind, self.encode = config.prior, [encode]
        shape = (config.pseudo_inputs, config.pixels)
        if self.kind == "vampprior":
            self.pseudo = nn.Parameter(config.pseudo_start[0] + config.pseudo_start[1] * torch.randn(shape))
        elif self.kind == "vampprior_data":
            self.register_buffer("pseudo", images[:config.pseudo_inputs].clone())
        elif self.kind == "mixture":
            self.means = nn.Parameter(torch.randn(config.pseudo_inputs, latent))
            self.logvars = nn.Parameter(torch.zeros(config.pseudo_inputs, latent))

    @property
    def standard(self):
        return self.kind == "standard"

    def components(self):
        """Once for a batch, however many samples are scored."""
        if self.standard:
            return None
        return (self.means, self.logvars) if self.kind == "mixture" else self.encode[0](self.pseudo.clamp(0, 1))

    def log_prob(self, z, components):
        if components is None:
            return -0.5 * (LOG_2PI + z.square()).sum(-1)
        mean, logvar = components
        # Two products instead of a [rows, C, Z] tensor: the faster of the two forms.
        precision = torch.exp(-logvar)
        constant = -0.5 * (LOG_2PI + logvar + mean.square() * precision).sum(-1) - math.log(len(mean))
        return torch.logsumexp(torch.addmm(constant, z.square(), (-0.5 * precision).t()) + z @ (mean * precision).t(), -1)


class PlanarFlow(nn.Module):
    """Rezende and Mohamed 2015, the same for all images, kept invertible as in their appendix."""

    def __init__(self, latent):
        super().__init__()
        self.u = nn.Parameter(0.01 * torch.randn(latent))
        self.w = nn.Parameter(0.01 * torch.randn(latent))
        self.b = nn.Parameter(torch.zeros(()))

    def forward(self, z, features):
        inner = self.w @ self.u
        u = self.u + (F.softplus(inner) - 1 - inner) * self.w / self.w.square().sum()
        t = torch.tanh(z @ self.w + self.b)
        return z + u * t.unsqueeze(-1), torch.log(torch.abs(1 + (1 - t.square()) * (self.w @ u)))


class CouplingFlow(nn.Module):
    """One half scaled and shifted by what the other half and the image's features say: Dinh et al. 2017, equations 7 and 8; f-VAE's F(eps, x)."""

    def __init__(self, config, latent, features, index):
        super().__init__()
        half = latent // 2
        self.sizes = [half, latent - half]
        self.moved = 1 if index % 2 == 0 else 0
        self.image = nn.Linear(features, config.flow_hidden)
        self.others = nn.Linear(self.sizes[1 - self.moved], config.flow_hidden, bias=False)
        self.output = nn.Linear(config.flow_hidden, 2 * self.sizes[self.moved])
        self.output.starts_at_zero = True

    def forward(self, z, features):
        """[K * B, Z] and [B, H]."""
        halves = list(z.split(self.sizes, 1))
        hidden = torch.tanh(repeat(self.image(features), len(z) // len(features)) + self.others(halves[1 - self.moved]))
        scale, shift = self.output(hidden).chunk(2, 1)
        scale = torch.tanh(scale)
        halves[self.moved] = halves[self.moved] * scale.exp() + shift
        return torch.cat(halves, 1), scale.sum(1)


FLOWS = {
    "gaussian": lambda config, latent, features, index: None,
    "planar": lambda config, latent, features, index: PlanarFlow(latent),
    "coupling": CouplingFlow,
}


class Vae(nn.Module):
    def __init__(self, config, images):
        super().__init__()
        latent = config.layers[0]
        self.encoder = GaussianLayer(config, config.pixels, config.hidden[0], latent)
        self.decoder, features = mlp(config, latent, config.hidden[0][::-1])
        self.output = DECODERS[config.decoder](config, features)
        self.prior = Prior(config, latent, self.encoder, images)
        flows = [FLOWS[config.posterior](config, latent, self.encoder.features, index) for index in range(config.flows)]
        self.flows = nn.ModuleList([flow for flow in flows if flow is not None])

    def encode(self, x):
        return self.encoder.with_features(x), self.prior.components()

    def draw(self, encoded, x, k):
        (features, (mean, logvar)), components = encoded
        eps = torch.randn(k, *mean.shape)
        z = (mean + torch.exp(0.5 * logvar) * eps).view(-1, mean.shape[1])
        log_q = -0.5 * (LOG_2PI + logvar + eps.square()).sum(-1)
        for flow in self.flows:
            z, log_det = flow(z, features)
            log_q = log_q - log_det.view_as(log_q)
        ratio = log_q - self.prior.log_prob(z, components).view_as(log_q)
        closed = kl_standard(mean, logvar) if self.prior.standard and len(self.flows) == 0 else None
        return self.output(self.decoder(z), x), [(ratio, closed)]

    def means(self, x):
        return [self.encoder(x)[0]]


class Chain(nn.Module):
    """p(z_L) ... p(z_1|z_2) p(x|z_1), shared by the layered and the ladder VAE."""

    def __init__(self, config, images):
        super().__init__()
        self.below = nn.ModuleList([GaussianLayer(config, config.layers[i + 1], config.hidden[i + 1][::-1], config.layers[i])
                                    for i in range(len(config.layers) - 1)])
        self.decoder, features = mlp(config, config.layers[0], config.hidden[0][::-1])
        self.output = DECODERS[config.decoder](config, features)
        self.prior = Prior(config, config.layers[-1], None, images)

    def top(self, q, z, components, k):
        mean, logvar = q
        ratio = log_normal(z, mean, logvar) - self.prior.log_prob(z, components)
        return ratio.view(k, -1), kl_standard(mean, logvar) if self.prior.standard else None


class Layered(Chain):
    def __init__(self, config, images):
        super().__init__(config, images)
        sizes = [config.pixels, *config.layers]
        self.up = nn.ModuleList([GaussianLayer(config, sizes[i], config.hidden[i], sizes[i + 1]) for i in range(len(config.layers))])

    def encode(self, x):
        return self.up[0](x), self.prior.components()

    def draw(self, encoded, x, k):
        (mean, logvar), components = encoded
        q = repeat(mean, k), repeat(logvar, k)
        z = draw(*q)
        recon = self.output(self.decoder(z), x)
        costs = []
        for up, below in zip(self.up[1:], self.below):
            above = up(z)
            z_above = draw(*above)
            # z_above was drawn from q(.|z): below the top only the sample counts.
            costs.append(((log_normal(z, *q) - log_normal(z, *below(z_above))).view(k, -1), None))
            q, z = above, z_above
        return recon, [*costs, self.top(q, z, components, k)]

    def means(self, x):
        means = []
        for up in self.up:
            means.append(up(means[-1] if means else x)[0])
        return means


class Ladder(Chain):
    def __init__(self, config, images):
        super().__init__(config, images)
        up, inputs = [], config.pixels
        for sizes, latent in zip(config.hidden, config.layers):
            up.append(GaussianLayer(config, inputs, sizes, latent))
            inputs = up[-1].features
        self.up = nn.ModuleList(up)

    def encode(self, x):
        evidence = []
        for up in self.up:
            x, gaussian = up.with_features(x)
            evidence.append(gaussian)
        return evidence, self.prior.components()

    @staticmethod
    def merge(a, b):
        precision_a, precision_b = torch.exp(-a[1]), torch.exp(-b[1])
        precision = precision_a + precision_b
        return (a[0] * precision_a + b[0] * precision_b) / precision, -precision.log()

    def draw(self, encoded, x, k):
        evidence, components = encoded
        evidence = [(repeat(mean, k), repeat(logvar, k)) for mean, logvar in evidence]
        z = draw(*evidence[-1])
        costs = [self.top(evidence[-1], z, components, k)]
        for gaussian, below in zip(evidence[-2::-1], reversed(self.below)):
            p = below(z)
            q = self.merge(gaussian, p)
            z = draw(*q)
            costs.insert(0, ((log_normal(z, *q) - log_normal(z, *p)).view(k, -1), kl_normal(*q, *p)))
        return self.output(self.decoder(z), x), costs

    def means(self, x):
        evidence, _ = self.encode(x)
        means = [evidence[-1][0]]
        for gaussian, below in zip(evidence[-2::-1], reversed(self.below)):
            means.insert(0, self.merge(gaussian, below(means[0]))[0])
        return means


class Hierarchical(nn.Module):
    """q(z2|x) q(z1|x, z2), p(z2) p(z1|z2) p(x|z1, z2): Tomczak and Welling 2018, section 4."""

    def __init__(self, config, images):
        super().__init__()
        (z1, z2), (low, high) = config.layers, config.hidden
        self.upper = GaussianLayer(config, config.pixels, high, z2)
        self.of_image, a = mlp(config, config.pixels, low[:1])
        self.of_upper, b = mlp(config, z2, low[:1])
        self.lower = GaussianLayer(config, a + b, low[1:], z1)
        self.generator = GaussianLayer(config, z2, high[::-1], z1)
        self.decode_lower, a = mlp(config, z1, low[:1])
        self.decode_upper, b = mlp(config, z2, low[:1])
        self.decoder, features = mlp(config, a + b, low[1:][::-1])
        self.output = DECODERS[config.decoder](config, features)
        self.prior = Prior(config, z2, self.upper, images)

    def encode(self, x):
        return self.upper(x), self.of_image(x), self.prior.components()

    def draw(self, encoded, x, k):
        (mean2, logvar2), image, components = encoded
        q2 = repeat(mean2, k), repeat(logvar2, k)
        z2 = draw(*q2)
        q1 = self.lower(torch.cat([repeat(image, k), self.of_upper(z2)], 1))
        z1 = draw(*q1)
        p1 = self.generator(z2)
        h = self.decoder(torch.cat([self.decode_lower(z1), self.decode_upper(z2)], 1))
        ratio2 = (log_normal(z2, *q2) - self.prior.log_prob(z2, components)).view(k, -1)
        return self.output(h, x), [
            ((log_normal(z1, *q1) - log_normal(z1, *p1)).view(k, -1), kl_normal(*q1, *p1)),
            (ratio2, kl_standard(mean2, logvar2) if self.prior.standard else None),
        ]

    def means(self, x):
        mean2 = self.upper(x)[0]
        return [self.lower(torch.cat([self.of_image(x), self.of_upper(mean2)], 1))[0], mean2]


FAMILIES = {"vae": Vae, "layered": Layered, "ladder": Ladder, "hvae": Hierarchical}


def build(config, images=None):
    model = FAMILIES[config.family](config, images)
    for module in model.modules():
        if isinstance(module, nn.Linear):
            INITS[config.init](module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
            if getattr(module, "starts_at_zero", False):
                nn.init.zeros_(module.weight)
    return model


def mean_kl(costs):
    """Of all layers, averaged over samples and images; in closed form where there is one."""
    return sum((ratio.mean() if closed is None else closed.sum(-1).mean()) for ratio, closed in costs)


def loss(config, model, x, beta=1.0):
    """What is minimised, and log p(x|z) and the KL, averaged."""
    recon, costs = model.draw(model.encode(x), x, config.k)
    if config.bound == "iwae":
        weights = recon - beta * sum(ratio for ratio, _ in costs)
        value = math.log(config.k) - torch.logsumexp(weights, 0).mean()
        with torch.no_grad():
            return value, recon.mean(), mean_kl(costs)
    kl = mean_kl(costs)
    return beta * kl - recon.mean(), recon.mean(), kl


@torch.inference_mode()
def log_likelihood(model, x, samples, chunk):
    """L_S of each image, [B], float64: samples in chunks, a streaming log-sum-exp, the encoder once."""
    encoded = model.encode(x)
    total = torch.full((len(x),), -math.inf, dtype=torch.float64)
    for done in range(0, samples, chunk):
        recon, costs = model.draw(encoded, x, min(chunk, samples - done))
        weights = recon - sum(ratio for ratio, _ in costs)
        total = torch.logaddexp(total, torch.logsumexp(weights.double(), 0))
    return total - math.log(samples)
