"""VAEs with several stochastic layers, beside reference_vae.py and in its conventions. Layers are listed from the data upwards."""
import torch
from torch.distributions import Independent, Normal, kl_divergence

from reference_vae import Network, Shapes, sample


def repeat(q, k):
    return Normal(q.loc.repeat(k, 1), q.scale.repeat(k, 1))


class Chain(Network):
    """p(z_L) ... p(z_1|z_2) p(x|z_1)."""

    @classmethod
    def shapes(cls, config):
        shapes = Shapes(config)
        layers, hidden = config["layers"], config["hidden"]
        below = config["inputs"]
        for i, latent in enumerate(layers):
            top = shapes.gaussian(f"encoder.{i + 1}", below, hidden[i], latent)
            below = cls.feeds(top, latent, config)
        for name in ["generator"] if config.get("share_top_down", True) else ["prediction", "generator"]:
            for i in range(len(layers) - 1):
                shapes.gaussian(f"{name}.{i + 1}", layers[i + 1], hidden[i + 1][::-1], layers[i])
        shapes.output(shapes.mlp("decoder", layers[0], hidden[0][::-1]))
        shapes.prior(layers[-1])
        return shapes

    def features(self, i, x, follow=False):
        return self.mlp(f"encoder.{i + 1}", x, len(self.config["hidden"][i]), follow)

    def below(self, i, z, network="generator"):
        name = f"{network}.{i + 1}"
        return self.gaussian(name, self.mlp(name, z, len(self.config["hidden"][i + 1])))

    def likelihood(self, z, x):
        return self.output(self.mlp("decoder", z, len(self.config["hidden"][0]))).log_prob(x.repeat(z.shape[0] // x.shape[0], 1))


class LayeredVae(Chain):
    """Bottom-up inference: q(z_1|x) q(z_2|z_1) ..."""

    @staticmethod
    def feeds(features, latent, config):
        return latent

    def terms(self, x, eps):
        qs, zs = [], []
        below = x
        for i in range(len(self.config["layers"])):
            qs.append(self.gaussian(f"encoder.{i + 1}", self.features(i, below)))
            zs.append(sample(qs[-1], eps[i]))
            below = zs[-1]
        recon = self.likelihood(zs[0], x)
        layers = []
        for i in range(len(qs) - 1):
            q, p = repeat(qs[i], zs[i].shape[0] // qs[i].loc.shape[0]), self.below(i, zs[i + 1])
            q, p = self.floored(q), self.floored(p)
            units = q.log_prob(zs[i]) - p.log_prob(zs[i])
            layers.append({"log_q": q.log_prob(zs[i]).sum(1), "log_p": p.log_prob(zs[i]).sum(1), "kl_units": units})
        return recon, layers + [self.top_terms(qs[-1], zs[-1])]

    def posterior_means(self, x):
        means, below = [], x
        for i in range(len(self.config["layers"])):
            below = self.gaussian(f"encoder.{i + 1}", self.features(i, below)).loc
            means.append(below)
        return means


class LadderVae(Chain):
    """Deterministic upward pass, precision-weighted merge on the way down."""

    @staticmethod
    def feeds(features, latent, config):
        return latent if config.get("mean_only_up") else features

    def predicted(self, i, z):
        return self.below(i, z, "generator" if self.config.get("share_top_down", True) else "prediction")

    def up(self, x, follow=False):
        evidence, d = [], x
        for i in range(len(self.config["layers"])):
            d = self.features(i, d, follow)
            evidence.append(self.gaussian(f"encoder.{i + 1}", d, follow))
            if self.config.get("mean_only_up"):
                d = evidence[-1].loc
        return evidence

    def encode_top(self, x, follow=False):
        return self.up(x, follow)[-1]

    @staticmethod
    def merge(a, b):
        precision_a, precision_b = a.scale ** -2, b.scale ** -2
        variance = 1 / (precision_a + precision_b)
        return Normal((a.loc * precision_a + b.loc * precision_b) * variance, variance.sqrt())

    def terms(self, x, eps):
        evidence = self.up(x)
        z = sample(evidence[-1], eps[-1])
        layers = [self.top_terms(evidence[-1], z)]
        for i in reversed(range(len(evidence) - 1)):
            p = self.below(i, z)
            q = self.merge(repeat(evidence[i], z.shape[0] // x.shape[0]), p if self.config.get("share_top_down", True) else self.predicted(i, z))
            z = sample(q, eps[i])
            q, p = self.floored(q), self.floored(p)
            layers.insert(0, {"log_q": Independent(q, 1).log_prob(z), "log_p": Independent(p, 1).log_prob(z), "kl_units": kl_divergence(q, p)})
        return self.likelihood(z, x), layers

    def posterior_means(self, x):
        evidence = self.up(x)
        means = [evidence[-1].loc]
        for i in reversed(range(len(evidence) - 1)):
            means.insert(0, self.merge(evidence[i], self.predicted(i, means[0])).loc)
        return means


class HierarchicalVae(Network):
    """q(z2|x) q(z1|x, z2), p(z2) p(z1|z2) p(x|z1, z2)."""

    @staticmethod
    def shapes(config):
        shapes = Shapes(config)
        (z1, z2), (low, high) = config["layers"], config["hidden"]
        inputs = config["inputs"]
        shapes.gaussian("encoder.2", inputs, high, z2)
        joined = shapes.mlp("encoder.1.image", inputs, low[:1]) + shapes.mlp("encoder.1.upper", z2, low[:1])
        shapes.gaussian("encoder.1", joined, low[1:], z1)
        shapes.gaussian("generator.1", z2, high[::-1], z1)
        joined = shapes.mlp("decoder.lower", z1, low[:1]) + shapes.mlp("decoder.upper", z2, low[:1])
        shapes.output(shapes.mlp("decoder", joined, low[1:][::-1]))
        shapes.prior(z2)
        return shapes

    def encode_top(self, x, follow=False):
        return self.gaussian("encoder.2", self.mlp("encoder.2", x, len(self.config["hidden"][1]), follow), follow)

    def lower(self, image, z2):
        branches = len(self.config["hidden"][0][:1])
        joined = torch.cat([image, self.mlp("encoder.1.upper", z2, branches)], 1)
        return self.gaussian("encoder.1", self.mlp("encoder.1", joined, len(self.config["hidden"][0][1:])))

    def terms(self, x, eps):
        low, high = self.config["hidden"]
        upper = self.encode_top(x)
        z2 = sample(upper, eps[1])
        k = z2.shape[0] // x.shape[0]
        q = self.lower(self.mlp("encoder.1.image", x, len(low[:1])).repeat(k, 1), z2)
        z1 = sample(q, eps[0])
        p = self.gaussian("generator.1", self.mlp("generator.1", z2, len(high)))
        joined = torch.cat([self.mlp("decoder.lower", z1, len(low[:1])), self.mlp("decoder.upper", z2, len(low[:1]))], 1)
        recon = self.output(self.mlp("decoder", joined, len(low[1:]))).log_prob(x.repeat(k, 1))
        q, p = self.floored(q), self.floored(p)
        first = {"log_q": Independent(q, 1).log_prob(z1), "log_p": Independent(p, 1).log_prob(z1), "kl_units": kl_divergence(q, p)}
        return recon, [first, self.top_terms(upper, z2)]

    def posterior_means(self, x):
        upper = self.encode_top(x)
        image = self.mlp("encoder.1.image", x, len(self.config["hidden"][0][:1]))
        return [self.lower(image, upper.loc).loc, upper.loc]
