// What the translation units of the shim share: handles, error capture, and the guard that keeps exceptions on this side.
#ifndef VS_INTERNAL_H
#define VS_INTERNAL_H

#include <atomic>
#include <new>
#include <stdexcept>
#include <string>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "vs_torch.h"

struct vs_tensor_s {
    at::Tensor t;
};

struct vs_generator_s {
    at::Generator g;
};

namespace vs {

extern std::atomic<int64_t> live_tensors;

vs_status fail(vs_status status, const char* message, const char* detail = nullptr) noexcept;

struct BadArgument : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline vs_tensor wrap(at::Tensor t) {
    auto* handle = new vs_tensor_s{std::move(t)};
    live_tensors.fetch_add(1, std::memory_order_relaxed);
    return handle;
}

inline const at::Tensor& un(vs_tensor handle) {
    if (handle == nullptr) throw BadArgument("a tensor handle is null");
    return handle->t;
}

inline at::Generator un(vs_generator handle) {
    if (handle == nullptr) throw BadArgument("random draws need a generator, but its handle is null");
    return handle->g;
}

inline at::Tensor optional(vs_tensor handle) { return handle == nullptr ? at::Tensor() : handle->t; }

inline at::IntArrayRef sizes(const int64_t* data, int32_t count) { return {data, static_cast<size_t>(count)}; }

inline c10::Device device(int32_t type, int32_t index) {
    switch (type) {
        case 0: return c10::Device(c10::kCPU);
        case 1: return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index < 0 ? 0 : index));
        default: throw BadArgument("unknown device type " + std::to_string(type) + "; 0 is cpu and 1 is cuda");
    }
}

inline c10::TensorOptions options(int32_t dtype, int32_t type, int32_t index) {
    return c10::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)).device(device(type, index));
}

// 2 added to an int64 tensor must stay int64, as it does in Python, although every number crosses the border as a double.
inline c10::Scalar scalar(const at::Tensor& beside, double value) {
    if (c10::isIntegralType(beside.scalar_type(), true) && value == static_cast<double>(static_cast<int64_t>(value)))
        return c10::Scalar(static_cast<int64_t>(value));
    return c10::Scalar(value);
}

// libtorch of 1.13 has no exception of its own for this; the words are those of its CPU and CUDA allocators.
inline bool is_about_memory(const std::string& what) {
    for (const char* words : {"out of memory", "not enough memory", "allocate memory"})
        if (what.find(words) != std::string::npos) return true;
    return false;
}

template <typename F>
vs_status guarded(F&& body) noexcept {
    try {
        body();
        return 0;
    } catch (const BadArgument& e) {
        return fail(3, e.what());
    } catch (const std::bad_alloc& e) {
        return fail(2, "out of memory", e.what());
    } catch (const c10::Error& e) {
        const char* what = e.what_without_backtrace();
        return fail(is_about_memory(what) ? 2 : 1, what, e.what());
    } catch (const std::exception& e) {
        return fail(is_about_memory(e.what()) ? 2 : 1, e.what());
    } catch (...) {
        return fail(4, "an exception of unknown type was thrown inside libtorch");
    }
}

// Runs an expression that gives a tensor, and hands out its handle.
template <typename F>
vs_status give(vs_tensor* out, F&& body) noexcept {
    *out = nullptr;
    return guarded([&] { *out = wrap(body()); });
}

}  // namespace vs

#endif
