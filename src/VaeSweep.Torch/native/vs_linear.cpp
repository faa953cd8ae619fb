// act(x w + b) for packs, with products that skip the zeros of a data matrix.
#include "vs_fused.h"
#include "vs_kernels.h"
#include "vs_sparse.h"

#include <ATen/ops/empty.h>

namespace vs::kernel {

using at::Tensor;

namespace {

struct LinearBackward final : torch::autograd::Node {
    SavedVariable x, w, y;
    SparseInputs sparse;
    bool has_bias = false;
    int32_t activation = 0;
    float slope = 0;

    std::string name() const override { return "LinearBackward"; }

    void release_variables() override {
        x.reset_data();
        w.reset_data();
        y.reset_data();
        sparse.clear();
    }

    variable_list apply(variable_list&& upstream) override {
        refuse_second_derivatives("linear");
        if (!upstream[0].defined()) return {Tensor(), Tensor(), Tensor()};
        const Kernels& k = kernels();
        Tensor input = x.unpack(), weight = w.unpack(), dy = upstream[0].contiguous();
        Tensor value = activation == 0 ? Tensor() : y.unpack(shared_from_this());
        int64_t trials = input.size(0), rows = input.size(1), in = input.size(2), out = weight.size(2);
        bool to_x = task_should_compute_output(0), to_w = task_should_compute_output(1), to_b = has_bias && task_should_compute_output(2);

        Tensor g = activation == 0 ? dy : at::empty(dy.sizes(), dy.options());
        Tensor dx = to_x ? at::empty(input.sizes(), dy.options()) : Tensor();
        Tensor dw = to_w ? at::empty(weight.sizes(), dy.options()) : Tensor();
        Tensor db = to_b ? at::empty({trials, 1, out}, dy.options()) : Tensor();
        Rows left(input);
        for (int64_t m = 0; m < trials; m++) {
            float* gradient = g.data_ptr<float>() + m * rows * out;
            const float* weights = weight.data_ptr<float>() + m * in * out;
            k.activate_backward(rows, out, activation == 0 ? nullptr : value.data_ptr<float>() + m * rows * out, dy.data_ptr<float>() + m * rows * out, gradient,
                                to_b ? db.data_ptr<float>() + m * out : nullptr, activation, slope);
            if (to_w) {
                float* into = dw.data_ptr<float>() + m * in * out;
                SparseInput* entries = entries_of(sparse, left, m);
                if (entries != nullptr) k.gather_rows(in, out, entries->by_column(), gradient, out, nullptr, into, out);
                else k.product(in, out, rows, {left.at(m, 0), left.row, true}, {gradient, out, false}, nullptr, false, into, out);
            }
            if (to_x) k.product(rows, in, out, {gradient, out, false}, {weights, out, true}, nullptr, false, dx.data_ptr<float>() + m * rows * in, in);
        }
        return {dx, dw, db};
    }
};

}  // namespace

Tensor linear(const Tensor& x, const Tensor& w_, const Tensor& b_, int32_t activation, double slope) {
    const Kernels& k = kernels();
    Tensor w = w_.contiguous(), b = b_.defined() ? b_.contiguous() : b_;
    int64_t trials = x.size(0), rows = x.size(1), in = x.size(2), out = w.size(2);
    Tensor y = at::empty({trials, rows, out}, x.options());
    Rows left(x);
    SparseInputs sparse = sparse_of(x, left);

    for (int64_t m = 0; m < trials; m++) {
        const float* weights = w.data_ptr<float>() + m * in * out;
        const float* bias = b.defined() ? b.data_ptr<float>() + m * out : nullptr;
        float* into = y.data_ptr<float>() + m * rows * out;
        SparseInput* entries = entries_of(sparse, left, m);
        if (entries != nullptr) k.gather_rows(rows, out, entries->by_row(), weights, out, bias, into, out);
        else k.product(rows, out, in, {left.at(m, 0), left.row, false}, {weights, out, false}, bias, false, into, out);
        k.activate(rows * out, into, activation, static_cast<float>(slope));
    }

    if (recording(x, w_, b_)) {
        auto node = node_after<LinearBackward>(x, w_, b_);
        node->x = SavedVariable(left.holder, false);
        node->w = SavedVariable(w, false);
        node->sparse = std::move(sparse);
        node->has_bias = b_.defined();
        node->activation = activation;
        node->slope = static_cast<float>(slope);
        torch::autograd::set_history(y, node);
        if (activation != 0) node->y = SavedVariable(y, true);
    }
    return y;
}

}  // namespace vs::kernel
