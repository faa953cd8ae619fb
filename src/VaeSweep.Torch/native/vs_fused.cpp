// Checks shapes once, then picks the kernels or the composites.
#include "vs_fused.h"
#include "vs_kernels.h"

#include <cmath>

#include <ATen/ops/logsumexp.h>
#include <c10/core/GradMode.h>
#include <c10/util/StringUtil.h>

using at::Tensor;
using vs::BadArgument;
using vs::give;
using vs::guarded;
using vs::un;

namespace vs {

std::string shape(const Tensor& t) { return c10::str(t.sizes()); }

int64_t samples_of(const Tensor& t, int64_t trials, int64_t rows, const char* what) {
    if (t.dim() != 3 || t.size(0) != trials || rows == 0 || t.size(1) % rows != 0)
        throw BadArgument(std::string(what) + " has shape " + shape(t) + "; it must be [" + std::to_string(trials) + ", a multiple of " + std::to_string(rows) +
                          ", ...]");
    return t.size(1) / rows;
}

namespace {

void same_width(const Tensor& a, const Tensor& b, const char* names) {
    if (a.size(-1) != b.size(-1)) throw BadArgument(std::string(names) + " differ in their last dimension: " + shape(a) + " and " + shape(b));
}

template <typename... Tensors>
bool have_kernels(const Tensors&... tensors) {
    return kernels_wanted() && ((tensors.is_cpu() && tensors.scalar_type() == at::kFloat && tensors.layout() == at::kStrided) && ...);
}

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b, int32_t activation, double slope) {
    if (x.dim() != 3 || w.dim() != 3 || x.size(0) != w.size(0) || x.size(2) != w.size(1))
        throw BadArgument("linear needs x [M, rows, in] and w [M, in, out], but x is " + shape(x) + " and w is " + shape(w));
    if (b.defined() && (b.dim() != 3 || b.size(0) != w.size(0) || b.size(1) != 1 || b.size(2) != w.size(2)))
        throw BadArgument("the bias must be [M, 1, out], but is " + shape(b) + " beside w " + shape(w));
    if (activation < 0 || activation > 5) throw BadArgument("unknown activation " + std::to_string(activation));
    // A negative slope cannot be told from the value alone, which is all that the kernels keep.
    bool fast = kernels().product != nullptr && have_kernels(x, w) && (!b.defined() || have_kernels(b)) && (activation != 3 || slope >= 0);
    return fast ? kernel::linear(x, w, b, activation, slope) : composite::linear(x, w, b, activation, slope);
}

Tensor gated_linear(const Tensor& x, const Tensor& w, const Tensor& b, const Tensor& v, const Tensor& c) {
    if (x.dim() != 3 || w.dim() != 3 || x.size(0) != w.size(0) || x.size(2) != w.size(1) || w.sizes() != v.sizes())
        throw BadArgument("gated_linear needs x [M, rows, in] and two weights [M, in, out], but x is " + shape(x) + ", the weights are " + shape(w) + " and " + shape(v));
    for (const Tensor& bias : {b, c})
        if (bias.dim() != 3 || bias.size(0) != w.size(0) || bias.size(1) != 1 || bias.size(2) != w.size(2))
            throw BadArgument("a bias must be [M, 1, out], but is " + shape(bias) + " beside weights " + shape(w));
    return kernels().product != nullptr && have_kernels(x, w, b, v, c) ? kernel::gated_linear(x, w, b, v, c) : composite::gated_linear(x, w, b, v, c);
}

std::tuple<Tensor, Tensor, Tensor> batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps, int32_t activation, double slope) {
    if (x.dim() != 3 || x.size(1) == 0) throw BadArgument("batch_norm needs x [M, rows, columns] of at least one row, but x is " + shape(x));
    for (const Tensor& t : {weight, bias})
        if (t.dim() != 3 || t.size(0) != x.size(0) || t.size(1) != 1 || t.size(2) != x.size(2))
            throw BadArgument("weight and bias of batch_norm must be [M, 1, columns], but one is " + shape(t) + " beside x " + shape(x));
    bool fast = have_kernels(x, weight, bias) && (activation != 3 || slope >= 0);
    return fast ? kernel::batch_norm(x, weight, bias, eps, activation, slope) : composite::batch_norm(x, weight, bias, eps, activation, slope);
}

// There is no kernel for its gradient: who needs one gets libtorch's.
Tensor log_sum_exp(const Tensor& a) {
    bool fast = kernels_wanted() && a.is_cpu() && (a.scalar_type() == at::kFloat || a.scalar_type() == at::kDouble) && a.dim() > 0 && a.size(-1) > 0 &&
                !(c10::GradMode::is_enabled() && a.requires_grad());
    return fast ? kernel::log_sum_exp(a) : composite::log_sum_exp(a);
}

Tensor bernoulli_log_prob(const Tensor& logits, const Tensor& x) {
    if (x.dim() != 3) throw BadArgument("x must be [M, B, D], not " + shape(x));
    samples_of(logits, x.size(0), x.size(1), "logits");
    same_width(logits, x, "logits and x");
    return have_kernels(logits, x) && !x.requires_grad() ? kernel::bernoulli_log_prob(logits, x) : composite::bernoulli_log_prob(logits, x);
}

Tensor gaussian_log_prob(const Tensor& x, const Tensor& mean, const Tensor& logvar) {
    if (x.dim() != 3 || mean.dim() != 3 || logvar.dim() != 3)
        throw BadArgument("gaussian_log_prob needs [M, rows, D] three times, but got " + shape(x) + ", " + shape(mean) + " and " + shape(logvar));
    int64_t rows = std::min({x.size(1), mean.size(1), logvar.size(1)}), most = std::max({x.size(1), mean.size(1), logvar.size(1)});
    for (auto& [t, name] : {std::pair<const Tensor*, const char*>{&x, "x"}, {&mean, "mean"}, {&logvar, "logvar"}}) {
        samples_of(*t, x.size(0), rows, name);
        same_width(x, *t, "x, mean and logvar");
        if (t->size(1) != rows && t->size(1) != most)
            throw BadArgument(std::string(name) + " is " + shape(*t) + "; each of the three must have " + std::to_string(rows) + " or " + std::to_string(most) + " rows");
    }
    return have_kernels(x, mean, logvar) ? kernel::gaussian_log_prob(x, mean, logvar) : composite::gaussian_log_prob(x, mean, logvar);
}

std::pair<Tensor, Tensor> gaussian_sample(const Tensor& mu, const Tensor& logvar, const Tensor& eps) {
    if (mu.dim() != 3 || mu.sizes() != logvar.sizes())
        throw BadArgument("mu and logvar must both be [M, B, Z], but are " + shape(mu) + " and " + shape(logvar));
    samples_of(eps, mu.size(0), mu.size(1), "eps");
    same_width(mu, eps, "mu and eps");
    return have_kernels(mu, logvar, eps) && !eps.requires_grad() ? kernel::gaussian_sample(mu, logvar, eps) : composite::gaussian_sample(mu, logvar, eps);
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

vs_status vs_gaussian_sample(vs_tensor mu, vs_tensor logvar, vs_tensor eps, vs_tensor* z, vs_tensor* kl_units) {
    *z = *kl_units = nullptr;
    return guarded([&] {
        auto [sample, kl] = vs::gaussian_sample(un(mu), un(logvar), un(eps));
        *z = vs::wrap(std::move(sample));
        *kl_units = vs::wrap(std::move(kl));
    });
}

vs_status vs_gated_linear(vs_tensor x, vs_tensor w, vs_tensor b, vs_tensor v, vs_tensor c, vs_tensor* out) {
    return give(out, [&] { return vs::gated_linear(un(x), un(w), un(b), un(v), un(c)); });
}

vs_status vs_batch_norm(vs_tensor x, vs_tensor weight, vs_tensor bias, double eps, int32_t activation, double slope, vs_tensor* y, vs_tensor* mean, vs_tensor* variance) {
    *y = *mean = *variance = nullptr;
    return guarded([&] {
        auto [value, middle, spread] = vs::batch_norm(un(x), un(weight), un(bias), eps, activation, slope);
        *y = vs::wrap(std::move(value));
        *mean = vs::wrap(std::move(middle));
        *variance = vs::wrap(std::move(spread));
    });
}

vs_status vs_log_sum_exp(vs_tensor a, vs_tensor* out) {
    return give(out, [&] { return vs::log_sum_exp(un(a)); });
}

vs_status vs_log_mean_exp(vs_tensor t, int64_t dim, vs_tensor* out) {
    return give(out, [&] { return at::logsumexp(un(t), at::IntArrayRef{dim}).sub(std::log(static_cast<double>(un(t).size(dim)))); });
}
