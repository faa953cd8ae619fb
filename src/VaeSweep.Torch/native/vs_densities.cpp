// Log-densities of data and latents, and the reparameterised sample with its analytic KL divergence.
#include "vs_fused.h"
#include "vs_kernels.h"
#include "vs_node.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

namespace vs::kernel {

using at::Tensor;

namespace {

struct BernoulliBackward final : torch::autograd::Node {
    // x - sigmoid(logits), found together with the value.
    Tensor slope;

    std::string name() const override { return "BernoulliLogProbBackward"; }
    void release_variables() override { slope.reset(); }

    variable_list apply(variable_list&& upstream) override {
        refuse_second_derivatives("bernoulli_log_prob");
        if (!upstream[0].defined()) return {Tensor()};
        TORCH_CHECK(slope.defined(), "Trying to backward through the graph a second time; pass retain_graph to the first pass");
        Tensor weight = upstream[0].contiguous(), gradient = at::empty(slope.sizes(), slope.options());
        int64_t rows = slope.size(0) * slope.size(1), n = slope.size(2);
        for (int64_t i = 0; i < rows; i++) kernels().scale(n, weight.data_ptr<float>()[i], slope.data_ptr<float>() + i * n, gradient.data_ptr<float>() + i * n);
        return {gradient};
    }
};

struct GaussianBackward final : torch::autograd::Node {
    SavedVariable x, mean, logvar;

    std::string name() const override { return "GaussianLogProbBackward"; }
    void release_variables() override {
        x.reset_data();
        mean.reset_data();
        logvar.reset_data();
    }

    variable_list apply(variable_list&& upstream) override {
        refuse_second_derivatives("gaussian_log_prob");
        if (!upstream[0].defined()) return {Tensor(), Tensor(), Tensor()};
        Tensor weight = upstream[0].contiguous(), inputs[3] = {x.unpack(), mean.unpack(), logvar.unpack()}, gradients[3];
        int64_t trials = weight.size(0), rows = weight.size(1), n = inputs[0].size(2);
        for (int i = 0; i < 3; i++)
            if (task_should_compute_output(i)) gradients[i] = at::zeros(inputs[i].sizes(), weight.options());
        Rows a(inputs[0]), b(inputs[1]), c(inputs[2]);
        for (int64_t m = 0; m < trials; m++) {
            for (int64_t r = 0; r < rows; r++) {
                auto row = [&](int i) { return r % inputs[i].size(1); };
                auto into = [&](int i) { return gradients[i].defined() ? gradients[i].data_ptr<float>() + (m * inputs[i].size(1) + row(i)) * n : nullptr; };
                kernels().gaussian_backward(n, weight.data_ptr<float>()[m * rows + r], a.at(m, row(0)), b.at(m, row(1)), c.at(m, row(2)), into(0), into(1), into(2));
            }
        }
        return {gradients[0], gradients[1], gradients[2]};
    }
};

struct SampleBackward final : torch::autograd::Node {
    SavedVariable mu, eps;
    Tensor std;

    std::string name() const override { return "GaussianSampleBackward"; }
    void release_variables() override {
        mu.reset_data();
        eps.reset_data();
        std.reset();
    }

    variable_list apply(variable_list&& upstream) override {
        refuse_second_derivatives("gaussian_sample");
        Tensor mean = mu.unpack(), noise = eps.unpack();
        TORCH_CHECK(std.defined(), "Trying to backward through the graph a second time; pass retain_graph to the first pass");
        int64_t trials = mean.size(0), batch = mean.size(1), n = mean.size(2);
        Tensor dmu = at::empty(mean.sizes(), std.options()), dlogvar = at::empty(mean.sizes(), std.options());
        Tensor dz = upstream[0].defined() ? upstream[0].contiguous() : upstream[0], dkl = upstream[1].defined() ? upstream[1].contiguous() : upstream[1];
        if (!dkl.defined()) {
            dmu.zero_();
            dlogvar.zero_();
        }
        Rows means(mean), noises(noise);
        for (int64_t m = 0; m < trials; m++) {
            for (int64_t i = 0; i < batch; i++) {
                int64_t at = (m * batch + i) * n;
                float *to_mu = dmu.data_ptr<float>() + at, *to_logvar = dlogvar.data_ptr<float>() + at;
                const float* deviation = std.data_ptr<float>() + at;
                if (dkl.defined()) kernels().kl_backward(n, dkl.data_ptr<float>() + at, means.at(m, i), deviation, to_mu, to_logvar);
                if (!dz.defined()) continue;
                for (int64_t r = i; r < noise.size(1); r += batch)
                    kernels().sample_backward(n, dz.data_ptr<float>() + (m * noise.size(1) + r) * n, noises.at(m, r), deviation, to_mu, to_logvar);
            }
        }
        return {dmu, dlogvar};
    }
};

}  // namespace

Tensor bernoulli_log_prob(const Tensor& logits, const Tensor& x) {
    int64_t trials = logits.size(0), rows = logits.size(1), batch = x.size(1), n = x.size(2);
    bool record = recording(logits);
    Tensor value = at::empty({trials, rows}, logits.options()), slope = record ? at::empty(logits.sizes(), logits.options()) : Tensor();
    Rows l(logits), target(x);
    for (int64_t m = 0; m < trials; m++)
        for (int64_t r = 0; r < rows; r++)
            value.data_ptr<float>()[m * rows + r] =
                kernels().bernoulli(n, l.at(m, r), target.at(m, r % batch), record ? slope.data_ptr<float>() + (m * rows + r) * n : nullptr);
    if (record) {
        auto node = node_after<BernoulliBackward>(logits);
        node->slope = std::move(slope);
        torch::autograd::set_history(value, node);
    }
    return value;
}

Tensor gaussian_log_prob(const Tensor& x, const Tensor& mean, const Tensor& logvar) {
    int64_t trials = x.size(0), rows = std::max({x.size(1), mean.size(1), logvar.size(1)}), n = x.size(2);
    Tensor value = at::empty({trials, rows}, x.options());
    Rows a(x), b(mean), c(logvar);
    for (int64_t m = 0; m < trials; m++)
        for (int64_t r = 0; r < rows; r++)
            value.data_ptr<float>()[m * rows + r] = kernels().gaussian(n, a.at(m, r % x.size(1)), b.at(m, r % mean.size(1)), c.at(m, r % logvar.size(1)));
    if (recording(x, mean, logvar)) {
        auto node = node_after<GaussianBackward>(x, mean, logvar);
        node->x = SavedVariable(x, false);
        node->mean = SavedVariable(mean, false);
        node->logvar = SavedVariable(logvar, false);
        torch::autograd::set_history(value, node);
    }
    return value;
}

std::pair<Tensor, Tensor> gaussian_sample(const Tensor& mu, const Tensor& logvar, const Tensor& eps) {
    int64_t trials = mu.size(0), batch = mu.size(1), rows = eps.size(1), n = mu.size(2);
    Tensor z = at::empty({trials, rows, n}, mu.options()), kl = at::empty(mu.sizes(), mu.options()), std = at::empty(mu.sizes(), mu.options());
    Rows means(mu), logvars(logvar), noises(eps);
    for (int64_t m = 0; m < trials; m++) {
        for (int64_t i = 0; i < batch; i++) {
            float* deviation = std.data_ptr<float>() + (m * batch + i) * n;
            kernels().kl_units(n, means.at(m, i), logvars.at(m, i), kl.data_ptr<float>() + (m * batch + i) * n, deviation);
            for (int64_t r = i; r < rows; r += batch) kernels().sample(n, means.at(m, i), deviation, noises.at(m, r), z.data_ptr<float>() + (m * rows + r) * n);
        }
    }
    if (recording(mu, logvar)) {
        auto node = node_after<SampleBackward>(mu, logvar);
        node->mu = SavedVariable(mu, false);
        node->eps = SavedVariable(eps, false);
        node->std = std::move(std);
        torch::autograd::set_history(z, node);
        torch::autograd::set_history(kl, node);
    }
    return {z, kl};
}

}  // namespace vs::kernel
