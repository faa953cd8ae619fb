// The parts of a VAE that every family shares, in pack form: M trials, K samples, B images; sample k of image b is row k * B + b.
#include "vs_internal.h"

#include <cmath>

#include <ATen/ATen.h>

using at::Tensor;
using vs::BadArgument;
using vs::give;
using vs::guarded;
using vs::un;

namespace vs {
namespace {

std::string shape(const Tensor& t) { return c10::str(t.sizes()); }

Tensor activate(const Tensor& t, int32_t activation, double slope) {
    switch (activation) {
        case 0: return t;
        case 1: return at::softplus(t);
        case 2: return at::relu(t);
        case 3: return at::leaky_relu(t, slope);
        case 4: return at::tanh(t);
        case 5: return at::sigmoid(t);
        default: throw BadArgument("unknown activation " + std::to_string(activation));
    }
}

// [M, K*B, D] as [M, K, B, D], so that a tensor of B rows broadcasts over K.
Tensor by_sample(const Tensor& t, int64_t rows, const char* what) {
    if (t.dim() != 3 || t.size(1) % rows != 0)
        throw BadArgument(std::string(what) + " has shape " + shape(t) + "; its rows must be a multiple of " + std::to_string(rows));
    return t.reshape({t.size(0), t.size(1) / rows, rows, t.size(2)});
}

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b, int32_t activation, double slope) {
    if (x.dim() != 3 || w.dim() != 3 || x.size(0) != w.size(0) || x.size(2) != w.size(1))
        throw BadArgument("linear needs x [M, rows, in] and w [M, in, out], but x is " + shape(x) + " and w is " + shape(w));
    return activate(b.defined() ? at::baddbmm(b, x, w) : at::bmm(x, w), activation, slope);
}

Tensor bernoulli_log_prob(const Tensor& logits, const Tensor& x) {
    if (x.dim() != 3) throw BadArgument("x must be [M, B, D], not " + shape(x));
    Tensor l = by_sample(logits, x.size(1), "logits");
    return (x.unsqueeze(1) * l - at::softplus(l)).sum(-1).flatten(1);
}

Tensor gaussian_log_prob(const Tensor& x, const Tensor& mean, const Tensor& logvar) {
    if (x.dim() != 3 || mean.dim() != 3 || logvar.dim() != 3)
        throw BadArgument("gaussian_log_prob needs [M, rows, D] three times, but got " + shape(x) + ", " + shape(mean) + " and " + shape(logvar));
    int64_t rows = std::min({x.size(1), mean.size(1), logvar.size(1)});
    Tensor lv = by_sample(logvar, rows, "logvar");
    Tensor distance = by_sample(x, rows, "x") - by_sample(mean, rows, "mean");
    return (-0.5 * (std::log(2 * M_PI) + lv + distance.square() * (-lv).exp())).sum(-1).flatten(1);
}

}  // namespace
}  // namespace vs

vs_status vs_linear(vs_tensor x, vs_tensor w, vs_tensor b, int32_t activation, double slope, vs_tensor* out) {
    return give(out, [&] { return vs::linear(un(x), un(w), vs::optional(b), activation, slope); });
}

vs_status vs_bernoulli_log_prob(vs_tensor logits, vs_tensor x, vs_tensor* out) {
    return give(out, [&] { return vs::bernoulli_log_prob(un(logits), un(x)); });
}

vs_status vs_gaussian_log_prob(vs_tensor x, vs_tensor mean, vs_tensor logvar, vs_tensor* out) {
    return give(out, [&] { return vs::gaussian_log_prob(un(x), un(mean), un(logvar)); });
}

vs_status vs_gaussian_sample(vs_tensor mu_, vs_tensor logvar_, vs_tensor eps_, vs_tensor* z, vs_tensor* kl_units) {
    *z = *kl_units = nullptr;
    return guarded([&] {
        const Tensor& mu = un(mu_);
        const Tensor& logvar = un(logvar_);
        if (mu.dim() != 3) throw BadArgument("mu must be [M, B, Z], not " + vs::shape(mu));
        Tensor eps = vs::by_sample(un(eps_), mu.size(1), "eps");
        Tensor sample = (mu.unsqueeze(1) + (0.5 * logvar).exp().unsqueeze(1) * eps).flatten(1, 2);
        Tensor kl = 0.5 * (logvar.exp() + mu.square() - 1 - logvar);
        *z = vs::wrap(std::move(sample));
        *kl_units = vs::wrap(std::move(kl));
    });
}

vs_status vs_log_mean_exp(vs_tensor t, int64_t dim, vs_tensor* out) {
    return give(out, [&] { return at::logsumexp(un(t), {dim}) - std::log(static_cast<double>(un(t).size(dim))); });
}
