#include "vs_fused.h"

#include <cmath>

#include <ATen/ATen.h>

namespace vs::composite {

using at::Tensor;

namespace {

Tensor activate(const Tensor& t, int32_t activation, double slope) {
    switch (activation) {
        case 1: return at::softplus(t);
        case 2: return at::relu(t);
        case 3: return at::leaky_relu(t, slope);
        case 4: return at::tanh(t);
        case 5: return at::sigmoid(t);
        default: return t;
    }
}

// [M, K*B, D] as [M, K, B, D], so that a tensor of B rows broadcasts over K.
Tensor by_sample(const Tensor& t, int64_t rows) { return t.reshape({t.size(0), t.size(1) / rows, rows, t.size(2)}); }

}  // namespace

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b, int32_t activation, double slope) {
    return activate(b.defined() ? at::baddbmm(b, x, w) : at::bmm(x, w), activation, slope);
}

Tensor gated_linear(const Tensor& x, const Tensor& w, const Tensor& b, const Tensor& v, const Tensor& c) {
    return linear(x, w, b, 0, 0) * linear(x, v, c, 5, 0);
}

std::tuple<Tensor, Tensor, Tensor> batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps, int32_t activation, double slope) {
    Tensor mean = x.mean({1}, true), centred = x - mean, variance = centred.square().mean({1}, true);
    Tensor y = activate(centred * ((variance + eps).rsqrt() * weight) + bias, activation, slope);
    return {y, mean.detach(), variance.detach()};
}

Tensor log_sum_exp(const Tensor& a) { return at::logsumexp(a, at::IntArrayRef{-1}); }

Tensor bernoulli_log_prob(const Tensor& logits, const Tensor& x) {
    Tensor l = by_sample(logits, x.size(1));
    return (x.unsqueeze(1) * l - at::softplus(l)).sum(-1).flatten(1);
}

Tensor gaussian_log_prob(const Tensor& x, const Tensor& mean, const Tensor& logvar) {
    int64_t rows = std::min({x.size(1), mean.size(1), logvar.size(1)});
    Tensor lv = by_sample(logvar, rows);
    Tensor distance = by_sample(x, rows) - by_sample(mean, rows);
    return (-0.5 * (std::log(2 * M_PI) + lv + distance.square() * (-lv).exp())).sum(-1).flatten(1);
}

std::pair<Tensor, Tensor> gaussian_sample(const Tensor& mu, const Tensor& logvar, const Tensor& eps) {
    Tensor z = (mu.unsqueeze(1) + (0.5 * logvar).exp().unsqueeze(1) * by_sample(eps, mu.size(1))).flatten(1, 2);
    return {z, 0.5 * (logvar.exp() + mu.square() - 1 - logvar)};
}

}  // namespace vs::composite
