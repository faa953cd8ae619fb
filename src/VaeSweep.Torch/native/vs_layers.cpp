// Gated layers, batch normalisation and the log-sum-exp of mixtures.
#include "vs_fused.h"
#include "vs_sparse.h"

#include <cmath>

#include <ATen/ops/empty.h>

namespace vs::kernel {

using at::Tensor;

namespace {

struct GatedLinearBackward final : torch::autograd::Node {
    SavedVariable x, w, v;
    Tensor value, gate;
    SparseInputs sparse;

    std::string name() const override { return "GatedLinearBackward"; }

    void release_variables() override {
        x.reset_data();
        w.reset_data();
        v.reset_data();
        value.reset();
        gate.reset();
        sparse.clear();
    }

    variable_list apply(variable_list&& upstream) override {
        refuse_second_derivatives("gated_linear");
        if (!upstream[0].defined()) return variable_list(5);
        const Kernels& k = kernels();
        Tensor input = x.unpack(), weights[2] = {w.unpack(), v.unpack()}, dy = upstream[0].contiguous();
        TORCH_CHECK(gate.defined(), "Trying to backward through the graph a second time; pass retain_graph to the first pass");
        int64_t trials = input.size(0), rows = input.size(1), in = input.size(2), out = dy.size(2);
        Tensor before[2] = {at::empty(dy.sizes(), dy.options()), at::empty(dy.sizes(), dy.options())};
        k.gate_backward(dy.numel(), dy.data_ptr<float>(), value.data_ptr<float>(), gate.data_ptr<float>(), before[0].data_ptr<float>(), before[1].data_ptr<float>());

        Tensor dx = task_should_compute_output(0) ? at::empty(input.sizes(), dy.options()) : Tensor(), dw[2], db[2];
        for (int half = 0; half < 2; half++) {
            if (task_should_compute_output(1 + 2 * half)) dw[half] = at::empty(weights[half].sizes(), dy.options());
            if (task_should_compute_output(2 + 2 * half)) db[half] = at::empty({trials, 1, out}, dy.options());
        }
        Rows left(input);
        for (int64_t m = 0; m < trials; m++) {
            SparseInput* entries = entries_of(sparse, left, m);
            for (int half = 0; half < 2; half++) {
                float* gradient = before[half].data_ptr<float>() + m * rows * out;
                if (db[half].defined()) k.activate_backward(rows, out, nullptr, gradient, gradient, db[half].data_ptr<float>() + m * out, 0, 0);
                if (dw[half].defined()) {
                    float* into = dw[half].data_ptr<float>() + m * in * out;
                    if (entries != nullptr) k.gather_rows(in, out, entries->by_column(), gradient, out, nullptr, into, out);
                    else k.product(in, out, rows, {left.at(m, 0), left.row, true}, {gradient, out, false}, nullptr, false, into, out);
                }
                if (dx.defined())
                    k.product(rows, in, out, {gradient, out, false}, {weights[half].data_ptr<float>() + m * in * out, out, true}, nullptr, half == 1,
                              dx.data_ptr<float>() + m * rows * in, in);
            }
        }
        return {dx, dw[0], db[0], dw[1], db[1]};
    }
};

struct BatchNormBackward final : torch::autograd::Node {
    SavedVariable x, weight, y;
    Tensor mean, root;
    int32_t activation = 0;
    float slope = 0;

    std::string name() const override { return "BatchNormBackward"; }

    void release_variables() override {
        x.reset_data();
        weight.reset_data();
        y.reset_data();
        mean.reset();
        root.reset();
    }

    variable_list apply(variable_list&& upstream) override {
        refuse_second_derivatives("batch_norm");
        if (!upstream[0].defined()) return variable_list(3);
        Tensor input = x.unpack(), scale = weight.unpack(), value = y.unpack(shared_from_this()), dy = upstream[0].contiguous();
        TORCH_CHECK(root.defined(), "Trying to backward through the graph a second time; pass retain_graph to the first pass");
        int64_t trials = input.size(0), rows = input.size(1), columns = input.size(2), all = rows * columns;
        Tensor dx = at::empty(input.sizes(), dy.options()), dweight = at::empty(scale.sizes(), dy.options()), dbias = at::empty(scale.sizes(), dy.options());
        for (int64_t m = 0; m < trials; m++) {
            int64_t at = m * columns;
            kernels().normalise_backward(rows, columns, input.data_ptr<float>() + m * all, mean.data_ptr<float>() + at, root.data_ptr<float>() + at,
                                         scale.data_ptr<float>() + at, value.data_ptr<float>() + m * all, dy.data_ptr<float>() + m * all,
                                         dx.data_ptr<float>() + m * all, dweight.data_ptr<float>() + at, dbias.data_ptr<float>() + at, activation, slope);
        }
        return {dx, dweight, dbias};
    }
};

}  // namespace

Tensor gated_linear(const Tensor& x, const Tensor& w_, const Tensor& b_, const Tensor& v_, const Tensor& c_) {
    const Kernels& k = kernels();
    Tensor weights[2] = {w_.contiguous(), v_.contiguous()}, biases[2] = {b_.contiguous(), c_.contiguous()};
    int64_t trials = x.size(0), rows = x.size(1), in = x.size(2), out = w_.size(2);
    Tensor halves[2] = {at::empty({trials, rows, out}, x.options()), at::empty({trials, rows, out}, x.options())};
    Rows left(x);
    SparseInputs sparse = sparse_of(x, left);
    for (int64_t m = 0; m < trials; m++) {
        SparseInput* entries = entries_of(sparse, left, m);
        for (int half = 0; half < 2; half++) {
            const float *weight = weights[half].data_ptr<float>() + m * in * out, *bias = biases[half].data_ptr<float>() + m * out;
            float* into = halves[half].data_ptr<float>() + m * rows * out;
            if (entries != nullptr) k.gather_rows(rows, out, entries->by_row(), weight, out, bias, into, out);
            else k.product(rows, out, in, {left.at(m, 0), left.row, false}, {weight, out, false}, bias, false, into, out);
        }
    }
    constexpr int32_t sigmoid = 5;
    k.activate(halves[1].numel(), halves[1].data_ptr<float>(), sigmoid, 0);
    if (!recording(x, w_, b_, v_, c_)) {
        k.gate(halves[0].numel(), halves[0].data_ptr<float>(), halves[1].data_ptr<float>());
        return halves[0];
    }

    Tensor y = at::empty(halves[0].sizes(), x.options());
    std::copy_n(halves[0].data_ptr<float>(), y.numel(), y.data_ptr<float>());
    k.gate(y.numel(), y.data_ptr<float>(), halves[1].data_ptr<float>());
    auto node = node_after<GatedLinearBackward>(x, w_, b_, v_, c_);
    node->x = SavedVariable(left.holder, false);
    node->w = SavedVariable(weights[0], false);
    node->v = SavedVariable(weights[1], false);
    node->value = std::move(halves[0]);
    node->gate = std::move(halves[1]);
    node->sparse = std::move(sparse);
    torch::autograd::set_history(y, node);
    return y;
}

std::tuple<Tensor, Tensor, Tensor> batch_norm(const Tensor& x_, const Tensor& weight_, const Tensor& bias_, double eps, int32_t activation, double slope) {
    Tensor x = x_.contiguous(), weight = weight_.contiguous(), bias = bias_.contiguous();
    int64_t trials = x.size(0), rows = x.size(1), columns = x.size(2), all = rows * columns;
    Tensor y = at::empty(x.sizes(), x.options()), mean = at::empty(weight.sizes(), x.options()), variance = at::empty(weight.sizes(), x.options());
    Tensor root = at::empty(weight.sizes(), x.options()), scale = at::empty(weight.sizes(), x.options());
    for (int64_t m = 0; m < trials; m++)
        kernels().moments(rows, columns, x.data_ptr<float>() + m * all, mean.data_ptr<float>() + m * columns, variance.data_ptr<float>() + m * columns);
    for (int64_t i = 0; i < weight.numel(); i++) {
        root.data_ptr<float>()[i] = 1 / std::sqrt(variance.data_ptr<float>()[i] + static_cast<float>(eps));
        scale.data_ptr<float>()[i] = root.data_ptr<float>()[i] * weight.data_ptr<float>()[i];
    }
    for (int64_t m = 0; m < trials; m++) {
        int64_t at = m * columns;
        kernels().normalise(rows, columns, x.data_ptr<float>() + m * all, mean.data_ptr<float>() + at, scale.data_ptr<float>() + at, bias.data_ptr<float>() + at,
                            y.data_ptr<float>() + m * all, activation, static_cast<float>(slope));
    }
    if (recording(x_, weight_, bias_)) {
        auto node = node_after<BatchNormBackward>(x_, weight_, bias_);
        node->x = SavedVariable(x, false);
        node->weight = SavedVariable(weight, false);
        node->mean = mean;
        node->root = std::move(root);
        node->activation = activation;
        node->slope = static_cast<float>(slope);
        torch::autograd::set_history(y, node);
        node->y = SavedVariable(y, true);
    }
    return {y, mean, variance};
}

Tensor log_sum_exp(const Tensor& a_) {
    Tensor a = a_.contiguous();
    Tensor out = at::empty(a.sizes().slice(0, a.dim() - 1), a.options());
    int64_t columns = a.size(-1);
    if (a.scalar_type() == at::kFloat) kernels().log_sum_exp_float(out.numel(), columns, a.data_ptr<float>(), out.data_ptr<float>());
    else kernels().log_sum_exp_double(out.numel(), columns, a.data_ptr<double>(), out.data_ptr<double>());
    return out;
}

}  // namespace vs::kernel
