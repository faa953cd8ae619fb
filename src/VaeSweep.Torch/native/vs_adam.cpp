// Adam (Kingma and Ba 2015) over a pack: one pass over parameter, gradient and both moments, with a trial's own settings for its slice.
#include "vs_internal.h"
#include "vs_kernels.h"

#include <cmath>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

using at::Tensor;
using vs::BadArgument;
using vs::un;

namespace vs {
namespace {

struct Settings {
    Tensor step, lr, beta1, beta2, eps, hat, clip, norm;
};

struct Slot {
    Tensor p, g, m, v;
};

void check_vector(const Tensor& t, int64_t trials, const char* name, const Tensor& beside) {
    if (t.dim() != 1 || t.size(0) != trials || t.scalar_type() != at::kDouble || t.device() != beside.device())
        throw BadArgument(std::string(name) + " must be [" + std::to_string(trials) + "] float64 on the parameters' device, but is " + c10::str(t.sizes()) +
                          " " + c10::toString(t.scalar_type()) + " on " + t.device().str());
}

// One kind of tensor of all slots as [trials, all their values]. A view where they lie side by side, as the optimiser's state does away from the
// CPU, else a copy.
Tensor side_by_side(const std::vector<Slot>& slots, Tensor Slot::*kind, int64_t trials, bool& copied) {
    const Tensor& first = slots[0].*kind;
    int64_t width = 0;
    copied = false;
    for (auto& slot : slots) {
        const Tensor& t = slot.*kind;
        copied |= t.unsafeGetTensorImpl()->storage().unsafeGetStorageImpl() != first.unsafeGetTensorImpl()->storage().unsafeGetStorageImpl() ||
                  t.storage_offset() != first.storage_offset() + width;
        width += t.numel() / trials;
    }
    for (auto& slot : slots) {
        const Tensor& t = slot.*kind;
        copied |= !t.select(0, 0).is_contiguous() || (trials > 1 && t.stride(0) != width);
    }
    if (!copied) return first.as_strided({trials, width}, {width, 1}, first.storage_offset());
    std::vector<Tensor> rows;
    for (auto& slot : slots) rows.push_back((slot.*kind).reshape({trials, -1}));
    return at::cat(rows, 1);
}

// Calls back with the part of `all` that belongs to each slot, in that slot's shape.
template <typename F>
void each_part(std::vector<Slot>& slots, const Tensor& all, int64_t trials, F&& use) {
    int64_t at = 0;
    for (auto& slot : slots) {
        int64_t width = slot.p.numel() / trials;
        use(slot, all.narrow(1, at, width).view(slot.p.sizes()));
        at += width;
    }
}

// The reference formula in ordinary operations, for devices that the loops cannot reach. All parameters together: there, time goes into starting
// operations. Nothing is read back to the host, so that it need not wait.
void step_with_ops(std::vector<Slot>& slots, const Settings& s, int64_t trials) {
    bool gradients_copied, m_copied, v_copied;
    Tensor g = side_by_side(slots, &Slot::g, trials, gradients_copied);
    Tensor m = side_by_side(slots, &Slot::m, trials, m_copied), v = side_by_side(slots, &Slot::v, trials, v_copied);
    auto along = [&](const Tensor& t) { return t.to(g.scalar_type()).unsqueeze(1); };

    s.norm.copy_(g.to(at::kDouble).square().sum(1).sqrt_());
    s.step.add_(1);
    Tensor one = at::ones_like(s.clip);
    Tensor scale = at::where(s.clip > 0, (s.clip / (s.norm + 1e-6)).clamp_max(1.0), one);
    Tensor correct1 = 1 - s.beta1.pow(s.step), correct2 = (1 - s.beta2.pow(s.step)).sqrt_();
    Tensor rate = s.lr / correct1 * at::where(s.hat > 0, correct2, one);
    Tensor root = at::where(s.hat > 0, one, correct2.reciprocal());

    g = g * along(scale);
    m.add_((g - m).mul_(along(1 - s.beta1)));
    v.mul_(along(s.beta2)).add_((g * g).mul_(along(1 - s.beta2)));
    Tensor change = (m * along(rate)).div_(v.sqrt().mul_(along(root)).add_(along(s.eps)));
    each_part(slots, change, trials, [](Slot& slot, const Tensor& part) { slot.p.sub_(part); });
    if (m_copied) each_part(slots, m, trials, [](Slot& slot, const Tensor& part) { slot.m.copy_(part); });
    if (v_copied) each_part(slots, v, trials, [](Slot& slot, const Tensor& part) { slot.v.copy_(part); });
}

template <typename T>
double squares(const Slot& slot, int64_t trial, int64_t n);
template <>
double squares<float>(const Slot& slot, int64_t trial, int64_t n) { return kernels().squares_float(n, slot.g.data_ptr<float>() + trial * n); }
template <>
double squares<double>(const Slot& slot, int64_t trial, int64_t n) { return kernels().squares_double(n, slot.g.data_ptr<double>() + trial * n); }

double update(const Slot& slot, int64_t trial, int64_t n, const AdamCoefficients& c) {
    int64_t at = trial * n;
    if (slot.p.scalar_type() == at::kFloat)
        return kernels().adam_float(n, slot.p.data_ptr<float>() + at, slot.g.data_ptr<float>() + at, slot.m.data_ptr<float>() + at, slot.v.data_ptr<float>() + at, c);
    return kernels().adam_double(n, slot.p.data_ptr<double>() + at, slot.g.data_ptr<double>() + at, slot.m.data_ptr<double>() + at, slot.v.data_ptr<double>() + at, c);
}

void step_on_cpu(std::vector<Slot>& slots, const Settings& s, int64_t trials) {
    for (int64_t trial = 0; trial < trials; trial++) {
        auto value = [&](const Tensor& t) { return t.data_ptr<double>()[trial]; };
        double step = s.step.data_ptr<double>()[trial] += 1;
        double correct1 = 1 - std::pow(value(s.beta1), step), correct2 = std::sqrt(1 - std::pow(value(s.beta2), step));
        AdamCoefficients c{value(s.beta1), value(s.beta2), 0, 1, value(s.eps), 1};
        bool hat = value(s.hat) > 0;
        c.rate = value(s.lr) / correct1 * (hat ? correct2 : 1);
        c.root = hat ? 1 : 1 / correct2;

        double total = 0;
        bool clipped = value(s.clip) > 0;
        if (clipped) {
            for (auto& slot : slots) {
                int64_t n = slot.p.numel() / trials;
                total += slot.p.scalar_type() == at::kFloat ? squares<float>(slot, trial, n) : squares<double>(slot, trial, n);
            }
            c.scale = std::min(1.0, value(s.clip) / (std::sqrt(total) + 1e-6));
            for (auto& slot : slots) update(slot, trial, slot.p.numel() / trials, c);
        } else {
            for (auto& slot : slots) total += update(slot, trial, slot.p.numel() / trials, c);
        }
        s.norm.data_ptr<double>()[trial] = std::sqrt(total);
    }
}

}  // namespace
}  // namespace vs

vs_status vs_adam_step(const vs_tensor* parameters, const vs_tensor* m, const vs_tensor* v, int32_t count, vs_tensor step, vs_tensor lr, vs_tensor beta1,
                       vs_tensor beta2, vs_tensor eps, vs_tensor hat, vs_tensor clip, vs_tensor norm) {
    return vs::guarded([&] {
        if (count == 0) return;
        at::NoGradGuard no_grad;
        vs::Settings s{un(step), un(lr), un(beta1), un(beta2), un(eps), un(hat), un(clip), un(norm)};
        const Tensor& first = un(parameters[0]);
        int64_t trials = first.size(0);
        const std::pair<const Tensor*, const char*> vectors[] = {{&s.step, "step"}, {&s.lr, "lr"}, {&s.beta1, "beta1"}, {&s.beta2, "beta2"},
                                                                 {&s.eps, "eps"}, {&s.hat, "hat"}, {&s.clip, "clip"}, {&s.norm, "norm"}};
        for (auto& [t, name] : vectors) vs::check_vector(*t, trials, name, first);

        std::vector<vs::Slot> slots;
        slots.reserve(count);
        for (int32_t i = 0; i < count; i++) {
            const Tensor& p = un(parameters[i]);
            const Tensor& grad = p.grad();
            if (!grad.defined()) continue;
            if (p.size(0) != trials || !p.is_contiguous())
                throw BadArgument("parameter " + std::to_string(i) + " is " + c10::str(p.sizes()) + "; all must be contiguous and lead with " + std::to_string(trials) + " trials");
            if (p.scalar_type() != at::kFloat && p.scalar_type() != at::kDouble) throw BadArgument("parameters must be float32 or float64");
            slots.push_back({p.detach(), grad.contiguous(), un(m[i]), un(v[i])});
        }
        if (slots.empty()) return;
        // The loops walk plain arrays, all of one trial's after the other's.
        bool plain = true, alike = true;
        for (auto& slot : slots) {
            plain &= slot.m.is_contiguous() && slot.v.is_contiguous();
            alike &= slot.p.scalar_type() == slots[0].p.scalar_type();
        }
        if (first.is_cpu() && plain && (vs::kernels_wanted() || !alike)) vs::step_on_cpu(slots, s, trials);
        else if (alike) vs::step_with_ops(slots, s, trials);
        else throw BadArgument("parameters of different types can be trained on the cpu only");
        for (auto& slot : slots) slot.p.unsafeGetTensorImpl()->bump_version();
        // Cleared, not zeroed: the next backward pass then moves its gradients in instead of adding them to zeros.
        for (int32_t i = 0; i < count; i++) un(parameters[i]).mutable_grad().reset();
    });
}
