// What this library's autograd nodes share.
#ifndef VS_NODE_H
#define VS_NODE_H

#include "vs_internal.h"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

namespace vs::kernel {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

template <typename... Tensors>
bool recording(const Tensors&... tensors) {
    return c10::GradMode::is_enabled() && ((tensors.defined() && tensors.requires_grad()) || ...);
}

// A node whose outputs (gradients) go to the given inputs, in their order.
template <typename NodeType, typename... Tensors>
std::shared_ptr<NodeType> node_after(const Tensors&... inputs) {
    std::shared_ptr<NodeType> node(new NodeType(), torch::autograd::deleteNode);
    node->set_next_edges(torch::autograd::collect_next_edges(inputs...));
    return node;
}

inline void refuse_second_derivatives(const char* name) {
    if (c10::GradMode::is_enabled())
        throw std::runtime_error(std::string(name) + " on the CPU in float32 has first derivatives only; compute in float64 for higher ones (create_graph)");
}

// Rows of a [M, rows, columns] tensor whose last dimension is dense; a trial may repeat (stride 0, an expanded tensor).
struct Rows {
    at::Tensor holder;
    const float* data;
    int64_t trial, row;

    explicit Rows(const at::Tensor& t) : holder(t.size(2) <= 1 || t.stride(2) == 1 ? t : t.contiguous()) {
        data = holder.data_ptr<float>();
        trial = holder.stride(0);
        row = holder.stride(1);
    }
    const float* at(int64_t m, int64_t i) const { return data + m * trial + i * row; }
};

}  // namespace vs::kernel

#endif
