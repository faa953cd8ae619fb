// What published optimisers do to gradients before they use them, over a pack: each trial's slice by the trial's own numbers.
#include "vs_internal.h"
#include "vs_kernels.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

using at::Tensor;
using vs::BadArgument;
using vs::un;

namespace vs {
namespace {

struct Shaping {
    Tensor normalise, clip, clip_entries, norm;
};

// Kernels add up in blocks and in double, so that the sum is as good for a long tensor as for a short one.
template <typename T>
double squares(const T* g, int64_t n);
template <>
double squares<float>(const float* g, int64_t n) { return kernels().squares_float(n, g); }
template <>
double squares<double>(const double* g, int64_t n) { return kernels().squares_double(n, g); }

template <typename T>
void scale_and_clamp(T* g, int64_t n, double scale, double entries) {
    const T by = static_cast<T>(scale);
    if (entries > 0) {
        const T most = static_cast<T>(entries);
        for (int64_t i = 0; i < n; i++) {
            T value = g[i] * by;
            // In this order a NaN passes: it must be seen in the bound, not become a large gradient.
            value = value > most ? most : value;
            g[i] = value < -most ? -most : value;
        }
    } else if (scale != 1) {
        for (int64_t i = 0; i < n; i++) g[i] *= by;
    }
}

template <typename F>
void in_own_type(const Tensor& gradient, int64_t trial, int64_t n, F&& use) {
    if (gradient.scalar_type() == at::kFloat) use(gradient.data_ptr<float>() + trial * n);
    else use(gradient.data_ptr<double>() + trial * n);
}

void shape_on_cpu(std::vector<Tensor>& gradients, const Shaping& s, int64_t trials) {
    for (int64_t trial = 0; trial < trials; trial++) {
        auto value = [&](const Tensor& t) { return t.data_ptr<double>()[trial]; };
        std::vector<double> sums;
        double total = 0;
        for (auto& g : gradients) {
            int64_t n = g.numel() / trials;
            in_own_type(g, trial, n, [&](auto* values) { sums.push_back(squares(values, n)); });
            total += sums.back();
        }
        s.norm.data_ptr<double>()[trial] = std::sqrt(total);
        double clip = value(s.clip) > 0 ? std::min(1.0, value(s.clip) / (std::sqrt(total) + 1e-6)) : 1.0;
        for (size_t i = 0; i < gradients.size(); i++) {
            int64_t n = gradients[i].numel() / trials;
            double scale = value(s.normalise) > 0 ? 1 / (std::sqrt(sums[i]) + value(s.normalise)) : clip;
            in_own_type(gradients[i], trial, n, [&](auto* values) { scale_and_clamp(values, n, scale, value(s.clip_entries)); });
        }
    }
}

// The same in ordinary operations. Nothing is read back to the host, so that it need not wait.
void shape_with_ops(std::vector<Tensor>& gradients, const Shaping& s, int64_t trials) {
    std::vector<Tensor> sums;
    for (auto& g : gradients) sums.push_back(g.view({trials, -1}).to(at::kDouble).square().sum(1));
    Tensor norm = at::stack(sums).sum(0).sqrt_();
    s.norm.copy_(norm);
    Tensor clip = at::where(s.clip > 0, (s.clip / (norm + 1e-6)).clamp_max(1.0), at::ones_like(s.clip));
    // Where entries are not clipped the bound is infinite.
    Tensor most = at::where(s.clip_entries > 0, s.clip_entries, at::full_like(s.clip_entries, INFINITY));
    for (size_t i = 0; i < gradients.size(); i++) {
        Tensor scale = at::where(s.normalise > 0, (sums[i].sqrt() + s.normalise).reciprocal(), clip);
        Tensor rows = gradients[i].view({trials, -1});
        Tensor bound = most.to(rows.scalar_type()).unsqueeze(1);
        rows.mul_(scale.to(rows.scalar_type()).unsqueeze(1));
        // Minimum and maximum pass a NaN on.
        rows.copy_(at::maximum(at::minimum(rows, bound), -bound));
    }
}

}  // namespace
}  // namespace vs

vs_status vs_shape_gradients(const vs_tensor* parameters, int32_t count, vs_tensor normalise, vs_tensor clip, vs_tensor clip_entries, vs_tensor norm) {
    return vs::guarded([&] {
        if (count == 0) return;
        at::NoGradGuard no_grad;
        vs::Shaping s{un(normalise), un(clip), un(clip_entries), un(norm)};
        const Tensor& first = un(parameters[0]);
        int64_t trials = first.size(0);
        for (const Tensor* t : {&s.normalise, &s.clip, &s.clip_entries, &s.norm}) {
            if (t->dim() != 1 || t->size(0) != trials || t->scalar_type() != at::kDouble || t->device() != first.device() || !t->is_contiguous())
                throw BadArgument("normalise, clip, clip_entries and norm must be [" + std::to_string(trials) + "] float64 on the parameters' device");
        }

        std::vector<Tensor> gradients;
        for (int32_t i = 0; i < count; i++) {
            Tensor& gradient = un(parameters[i]).mutable_grad();
            if (!gradient.defined()) continue;
            if (gradient.dim() == 0 || gradient.size(0) != trials) throw BadArgument("gradient " + std::to_string(i) + " does not lead with " + std::to_string(trials) + " trials");
            if (gradient.scalar_type() != at::kFloat && gradient.scalar_type() != at::kDouble) throw BadArgument("gradients must be float32 or float64");
            if (!gradient.is_contiguous()) gradient = gradient.contiguous();
            gradients.push_back(gradient);
        }
        if (gradients.empty()) return;
        if (first.is_cpu() && vs::kernels_wanted()) vs::shape_on_cpu(gradients, s, trials);
        else vs::shape_with_ops(gradients, s, trials);
    });
}
