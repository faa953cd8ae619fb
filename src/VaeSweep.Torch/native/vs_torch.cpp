// One thought a line: each function is one libtorch call behind the guard.
#include "vs_internal.h"

#include <cstring>
#include <dlfcn.h>
#include <malloc.h>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/version.h>

#include "vs_cuda.h"

using at::Tensor;
using vs::give;
using vs::guarded;
using vs::un;

namespace vs {

std::atomic<int64_t> live_tensors{0};

namespace {
thread_local std::string last_error;
thread_local std::string last_detail;
}

vs_status fail(vs_status status, const char* message, const char* detail) noexcept {
    try {
        last_error = message;
        last_detail = detail == nullptr ? message : detail;
    } catch (...) {
        last_error.clear();
        last_detail.clear();
    }
    return status;
}

namespace {

std::vector<Tensor> list(const vs_tensor* handles, int32_t count) {
    std::vector<Tensor> tensors;
    tensors.reserve(count);
    for (int32_t i = 0; i < count; i++) tensors.push_back(un(handles[i]));
    return tensors;
}

std::vector<int64_t> axes(const Tensor& t, const int64_t* over, int32_t dims) {
    if (dims > 0) return {over, over + dims};
    std::vector<int64_t> all(t.dim());
    for (int64_t i = 0; i < t.dim(); i++) all[i] = i;
    return all;
}

Tensor compare(const Tensor& a, const Tensor& b, int32_t relation) {
    switch (relation) {
        case 0: return a.eq(b);
        case 1: return a.ne(b);
        case 2: return a.lt(b);
        case 3: return a.le(b);
        case 4: return a.gt(b);
        case 5: return a.ge(b);
        default: throw BadArgument("unknown relation " + std::to_string(relation));
    }
}

Tensor compare(const Tensor& a, c10::Scalar b, int32_t relation) {
    switch (relation) {
        case 0: return a.eq(b);
        case 1: return a.ne(b);
        case 2: return a.lt(b);
        case 3: return a.le(b);
        case 4: return a.gt(b);
        case 5: return a.ge(b);
        default: throw BadArgument("unknown relation " + std::to_string(relation));
    }
}

c10::optional<c10::Scalar> bound(const Tensor& t, double value, int32_t has) {
    if (has == 0) return c10::nullopt;
    return scalar(t, value);
}

// OpenBLAS keeps threads of its own, which at::set_num_threads does not reach.
void set_blas_threads(int threads) {
    for (const char* name : {"openblas_set_num_threads", "bli_thread_set_num_threads"})
        if (auto* set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, name))) set(threads);
    if (void* blas = dlopen("libopenblas.so.0", RTLD_NOLOAD | RTLD_LAZY)) {
        if (auto* set = reinterpret_cast<void (*)(int)>(dlsym(blas, "openblas_set_num_threads"))) set(threads);
        dlclose(blas);
    }
}

// A training step frees its gradients and makes them again. By default glibc hands such large blocks back to the kernel each time, and the
// next step waits for their pages to be zeroed and mapped: a tenth of its time.
__attribute__((constructor)) void keep_memory() {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
}

std::string location_of(void* symbol) {
    Dl_info info;
    return dladdr(symbol, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : "";
}

}  // namespace
}  // namespace vs

// --- the library ---

int32_t vs_abi_version(void) { return VS_ABI_VERSION; }
const char* vs_torch_version(void) { return TORCH_VERSION; }
const char* vs_last_error(void) { return vs::last_error.c_str(); }
const char* vs_last_error_detail(void) { return vs::last_detail.c_str(); }
int64_t vs_live_tensors(void) { return vs::live_tensors.load(std::memory_order_relaxed); }

const char* vs_torch_config(void) {
    thread_local std::string text;
    return guarded([] { text = at::show_config(); }) == 0 ? text.c_str() : "";
}

const char* vs_torch_path(void) {
    thread_local std::string text;
    return guarded([] { text = vs::location_of(reinterpret_cast<void*>(&at::get_num_threads)); }) == 0 ? text.c_str() : "";
}

int32_t vs_built_with_cuda(void) { return vs::cuda::compiled(); }

vs_status vs_set_num_threads(int32_t threads) {
    return guarded([&] {
        if (threads < 1) throw vs::BadArgument("the number of threads must be at least 1, not " + std::to_string(threads));
        at::set_num_threads(threads);
        vs::set_blas_threads(threads);
    });
}

vs_status vs_get_num_threads(int32_t* threads) { return guarded([&] { *threads = at::get_num_threads(); }); }

vs_status vs_set_flush_denormal(int32_t on, int32_t* supported) {
    return guarded([&] { *supported = at::globalContext().setFlushDenormal(on != 0); });
}

vs_status vs_cuda_device_count(int32_t* count) {
    return guarded([&] { *count = at::globalContext().hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0; });
}

vs_status vs_cuda_synchronize(int32_t index) {
    return guarded([&] { vs::cuda::synchronize(index); });
}

vs_status vs_cuda_memory(int32_t index, int64_t* allocated, int64_t* reserved) {
    return guarded([&] { vs::cuda::memory(index, allocated, reserved); });
}

vs_status vs_cuda_empty_cache(void) {
    return guarded([&] { vs::cuda::empty_cache(); });
}

// --- making tensors ---

vs_status vs_empty(const int64_t* s, int32_t dims, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] { return at::empty(vs::sizes(s, dims), vs::options(dtype, device, index)); });
}

vs_status vs_full(const int64_t* s, int32_t dims, double value, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] { return at::full(vs::sizes(s, dims), value, vs::options(dtype, device, index)); });
}

vs_status vs_from_data(const void* data, int64_t bytes, const int64_t* s, int32_t dims, int32_t dtype, int32_t device, int32_t index,
                       vs_tensor* out) {
    return give(out, [&] {
        Tensor host = at::empty(vs::sizes(s, dims), vs::options(dtype, 0, -1));
        if (static_cast<int64_t>(host.nbytes()) != bytes)
            throw vs::BadArgument("the shape asks for " + std::to_string(host.nbytes()) + " bytes, but the data has " + std::to_string(bytes));
        if (bytes > 0) std::memcpy(host.data_ptr(), data, bytes);
        return device == 0 ? host : host.to(vs::device(device, index));
    });
}

vs_status vs_arange(double start, double end, double step, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] {
        auto o = vs::options(dtype, device, index);
        if (!c10::isIntegralType(static_cast<c10::ScalarType>(dtype), false)) return at::arange(start, end, step, o);
        return at::arange(static_cast<int64_t>(start), static_cast<int64_t>(end), static_cast<int64_t>(step), o);
    });
}

vs_status vs_linspace(double start, double end, int64_t steps, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] { return at::linspace(start, end, steps, vs::options(dtype, device, index)); });
}

vs_status vs_eye(int64_t n, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] { return at::eye(n, vs::options(dtype, device, index)); });
}

vs_status vs_randn(const int64_t* s, int32_t dims, vs_generator g, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] { return at::empty(vs::sizes(s, dims), vs::options(dtype, device, index)).normal_(0, 1, un(g)); });
}

vs_status vs_rand(const int64_t* s, int32_t dims, vs_generator g, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] { return at::empty(vs::sizes(s, dims), vs::options(dtype, device, index)).uniform_(0, 1, un(g)); });
}

vs_status vs_randperm(int64_t n, vs_generator g, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] { return at::randperm(n, un(g), vs::options(dtype, device, index)); });
}

vs_status vs_cat(const vs_tensor* tensors, int32_t count, int64_t dim, vs_tensor* out) {
    return give(out, [&] { return at::cat(vs::list(tensors, count), dim); });
}

vs_status vs_stack(const vs_tensor* tensors, int32_t count, int64_t dim, vs_tensor* out) {
    return give(out, [&] { return at::stack(vs::list(tensors, count), dim); });
}

vs_status vs_alias(vs_tensor t, vs_tensor* out) { return give(out, [&] { return un(t); }); }

void vs_tensor_free(vs_tensor t) {
    if (t == nullptr) return;
    delete t;
    vs::live_tensors.fetch_sub(1, std::memory_order_relaxed);
}

// --- looking at tensors ---

vs_status vs_describe(vs_tensor t, int64_t* s, int32_t capacity, int32_t* dims, int32_t* dtype, int32_t* device, int32_t* index) {
    return guarded([&] {
        const Tensor& x = un(t);
        *dims = static_cast<int32_t>(x.dim());
        *dtype = static_cast<int32_t>(x.scalar_type());
        *device = x.is_cuda() ? 1 : 0;
        *index = x.device().index();
        if (*dims > capacity) throw vs::BadArgument("a tensor of " + std::to_string(*dims) + " dimensions; at most " + std::to_string(capacity) + " are supported");
        for (int32_t i = 0; i < *dims; i++) s[i] = x.size(i);
    });
}

vs_status vs_is_contiguous(vs_tensor t, int32_t* result) { return guarded([&] { *result = un(t).is_contiguous(); }); }
vs_status vs_is_same(vs_tensor a, vs_tensor b, int32_t* result) { return guarded([&] { *result = un(a).is_same(un(b)); }); }

vs_status vs_data_ptr(vs_tensor t, void** data) {
    *data = nullptr;
    return guarded([&] {
        if (!un(t).is_cpu() || !un(t).is_contiguous()) throw vs::BadArgument("direct access needs a contiguous tensor on the cpu");
        *data = un(t).data_ptr();
    });
}

vs_status vs_read(vs_tensor t, void* buffer, int64_t bytes) {
    return guarded([&] {
        Tensor host = un(t).detach().to(at::kCPU).contiguous();
        if (static_cast<int64_t>(host.nbytes()) != bytes)
            throw vs::BadArgument("the tensor has " + std::to_string(host.nbytes()) + " bytes, but the buffer has " + std::to_string(bytes));
        if (bytes > 0) std::memcpy(buffer, host.data_ptr(), bytes);
    });
}

vs_status vs_write(vs_tensor t, const void* data, int64_t bytes) {
    return guarded([&] {
        at::NoGradGuard guard;
        const Tensor& x = un(t);
        if (static_cast<int64_t>(x.numel() * x.element_size()) != bytes)
            throw vs::BadArgument("the tensor has " + std::to_string(x.numel() * x.element_size()) + " bytes, but the data has " + std::to_string(bytes));
        if (bytes == 0) return;
        if (x.is_cpu() && x.is_contiguous()) {
            std::memcpy(x.data_ptr(), data, bytes);
            return;
        }
        Tensor host = at::empty(x.sizes(), x.options().device(at::kCPU));
        std::memcpy(host.data_ptr(), data, bytes);
        x.detach().copy_(host);
    });
}

vs_status vs_item_double(vs_tensor t, double* value) { return guarded([&] { *value = un(t).item().toDouble(); }); }
vs_status vs_item_int64(vs_tensor t, int64_t* value) { return guarded([&] { *value = un(t).item().toLong(); }); }

// --- shapes ---

vs_status vs_to(vs_tensor t, int32_t dtype, int32_t device, int32_t index, vs_tensor* out) {
    return give(out, [&] { return un(t).to(vs::device(device, index), static_cast<c10::ScalarType>(dtype)); });
}

vs_status vs_repeat_interleave(vs_tensor t, int64_t repeats, int64_t dim, vs_tensor* out) {
    return give(out, [&] { return un(t).repeat_interleave(repeats, dim); });
}

#define VS_UNARY(name, expression) \
    vs_status name(vs_tensor a, vs_tensor* out) { return give(out, [&] { const Tensor& x = un(a); return expression; }); }

VS_UNARY(vs_clone, x.clone())
VS_UNARY(vs_detach, x.detach())
VS_UNARY(vs_contiguous, x.contiguous())

#define VS_SIZED(name, method) \
    vs_status name(vs_tensor t, const int64_t* s, int32_t dims, vs_tensor* out) { return give(out, [&] { return un(t).method(vs::sizes(s, dims)); }); }

VS_SIZED(vs_view, view)
VS_SIZED(vs_reshape, reshape)
VS_SIZED(vs_expand, expand)
VS_SIZED(vs_permute, permute)
VS_SIZED(vs_repeat, repeat)

vs_status vs_transpose(vs_tensor t, int64_t dim0, int64_t dim1, vs_tensor* out) { return give(out, [&] { return un(t).transpose(dim0, dim1); }); }
vs_status vs_unsqueeze(vs_tensor t, int64_t dim, vs_tensor* out) { return give(out, [&] { return un(t).unsqueeze(dim); }); }
vs_status vs_squeeze(vs_tensor t, int64_t dim, vs_tensor* out) { return give(out, [&] { return un(t).squeeze(dim); }); }
vs_status vs_select(vs_tensor t, int64_t dim, int64_t index, vs_tensor* out) { return give(out, [&] { return un(t).select(dim, index); }); }
vs_status vs_narrow(vs_tensor t, int64_t dim, int64_t start, int64_t length, vs_tensor* out) { return give(out, [&] { return un(t).narrow(dim, start, length); }); }
vs_status vs_index_select(vs_tensor t, int64_t dim, vs_tensor index, vs_tensor* out) { return give(out, [&] { return un(t).index_select(dim, un(index)); }); }
vs_status vs_gather(vs_tensor t, int64_t dim, vs_tensor index, vs_tensor* out) { return give(out, [&] { return un(t).gather(dim, un(index)); }); }
vs_status vs_masked_select(vs_tensor t, vs_tensor mask, vs_tensor* out) { return give(out, [&] { return un(t).masked_select(un(mask)); }); }
vs_status vs_flip(vs_tensor t, int64_t dim, vs_tensor* out) { return give(out, [&] { return un(t).flip({dim}); }); }

// --- arithmetic ---

#define VS_BINARY(name, expression) \
    vs_status name(vs_tensor a, vs_tensor b, vs_tensor* out) { return give(out, [&] { const Tensor& x = un(a); const Tensor& y = un(b); return expression; }); }

#define VS_WITH_SCALAR(name, expression) \
    vs_status name(vs_tensor a, double value, vs_tensor* out) { return give(out, [&] { const Tensor& x = un(a); c10::Scalar s = vs::scalar(x, value); return expression; }); }

vs_status vs_add(vs_tensor a, vs_tensor b, double alpha, vs_tensor* out) {
    return give(out, [&] { return alpha == 1 ? un(a).add(un(b)) : un(a).add(un(b), vs::scalar(un(a), alpha)); });
}

VS_BINARY(vs_sub, x.sub(y))
VS_BINARY(vs_mul, x.mul(y))
VS_BINARY(vs_div, x.div(y))
VS_BINARY(vs_pow, x.pow(y))
VS_BINARY(vs_maximum, at::maximum(x, y))
VS_BINARY(vs_minimum, at::minimum(x, y))
VS_BINARY(vs_logaddexp, at::logaddexp(x, y))
VS_BINARY(vs_logical_and, at::logical_and(x, y))

VS_WITH_SCALAR(vs_add_scalar, x.add(s))
VS_WITH_SCALAR(vs_rsub_scalar, at::rsub(x, s))
VS_WITH_SCALAR(vs_mul_scalar, x.mul(s))
VS_WITH_SCALAR(vs_div_scalar, x.div(s))
VS_WITH_SCALAR(vs_pow_scalar, x.pow(s))
VS_WITH_SCALAR(vs_leaky_relu, at::leaky_relu(x, s))

vs_status vs_compare(vs_tensor a, vs_tensor b, int32_t relation, vs_tensor* out) { return give(out, [&] { return vs::compare(un(a), un(b), relation); }); }
vs_status vs_compare_scalar(vs_tensor a, double value, int32_t relation, vs_tensor* out) {
    return give(out, [&] { return vs::compare(un(a), vs::scalar(un(a), value), relation); });
}

vs_status vs_where(vs_tensor condition, vs_tensor a, vs_tensor b, vs_tensor* out) { return give(out, [&] { return at::where(un(condition), un(a), un(b)); }); }

vs_status vs_clamp(vs_tensor a, double min, int32_t has_min, double max, int32_t has_max, vs_tensor* out) {
    return give(out, [&] { return at::clamp(un(a), vs::bound(un(a), min, has_min), vs::bound(un(a), max, has_max)); });
}

vs_status vs_softplus(vs_tensor a, double beta, double threshold, vs_tensor* out) {
    return give(out, [&] { return at::softplus(un(a), beta, threshold); });
}

VS_UNARY(vs_logical_not, at::logical_not(x))
VS_UNARY(vs_exp, x.exp())
VS_UNARY(vs_expm1, x.expm1())
VS_UNARY(vs_log, x.log())
VS_UNARY(vs_log1p, x.log1p())
VS_UNARY(vs_sqrt, x.sqrt())
VS_UNARY(vs_rsqrt, x.rsqrt())
VS_UNARY(vs_square, x.square())
VS_UNARY(vs_reciprocal, x.reciprocal())
VS_UNARY(vs_abs, x.abs())
VS_UNARY(vs_neg, x.neg())
VS_UNARY(vs_sign, x.sign())
VS_UNARY(vs_floor, x.floor())
VS_UNARY(vs_round, x.round())
VS_UNARY(vs_sin, x.sin())
VS_UNARY(vs_cos, x.cos())
VS_UNARY(vs_sigmoid, x.sigmoid())
VS_UNARY(vs_log_sigmoid, at::log_sigmoid(x))
VS_UNARY(vs_tanh, x.tanh())
VS_UNARY(vs_relu, x.relu())
VS_UNARY(vs_isfinite, at::isfinite(x))

// --- in place ---

vs_status vs_copy_(vs_tensor t, vs_tensor source) { return guarded([&] { un(t).copy_(un(source)); }); }
vs_status vs_zero_(vs_tensor t) { return guarded([&] { un(t).zero_(); }); }
vs_status vs_fill_(vs_tensor t, double value) { return guarded([&] { un(t).fill_(vs::scalar(un(t), value)); }); }
vs_status vs_add_(vs_tensor a, vs_tensor b, double alpha) { return guarded([&] { un(a).add_(un(b), vs::scalar(un(a), alpha)); }); }
vs_status vs_sub_(vs_tensor a, vs_tensor b) { return guarded([&] { un(a).sub_(un(b)); }); }
vs_status vs_mul_(vs_tensor a, vs_tensor b) { return guarded([&] { un(a).mul_(un(b)); }); }
vs_status vs_div_(vs_tensor a, vs_tensor b) { return guarded([&] { un(a).div_(un(b)); }); }
vs_status vs_add_scalar_(vs_tensor a, double value) { return guarded([&] { un(a).add_(vs::scalar(un(a), value)); }); }
vs_status vs_mul_scalar_(vs_tensor a, double value) { return guarded([&] { un(a).mul_(vs::scalar(un(a), value)); }); }
vs_status vs_addcmul_(vs_tensor t, vs_tensor a, vs_tensor b, double value) { return guarded([&] { un(t).addcmul_(un(a), un(b), value); }); }
vs_status vs_addcdiv_(vs_tensor t, vs_tensor a, vs_tensor b, double value) { return guarded([&] { un(t).addcdiv_(un(a), un(b), value); }); }
vs_status vs_lerp_(vs_tensor t, vs_tensor end, double weight) { return guarded([&] { un(t).lerp_(un(end), weight); }); }
vs_status vs_clamp_(vs_tensor t, double min, int32_t has_min, double max, int32_t has_max) {
    return guarded([&] { Tensor x = un(t); at::clamp_(x, vs::bound(x, min, has_min), vs::bound(x, max, has_max)); });
}
vs_status vs_index_copy_(vs_tensor t, int64_t dim, vs_tensor index, vs_tensor source) { return guarded([&] { un(t).index_copy_(dim, un(index), un(source)); }); }
vs_status vs_normal_(vs_tensor t, double mean, double std, vs_generator g) { return guarded([&] { un(t).normal_(mean, std, un(g)); }); }
vs_status vs_uniform_(vs_tensor t, double from, double to, vs_generator g) { return guarded([&] { un(t).uniform_(from, to, un(g)); }); }
vs_status vs_bernoulli_(vs_tensor t, double p, vs_generator g) { return guarded([&] { un(t).bernoulli_(p, un(g)); }); }
vs_status vs_bernoulli(vs_tensor p, vs_generator g, vs_tensor* out) { return give(out, [&] { return at::bernoulli(un(p), un(g)); }); }

// --- reductions ---

#define VS_REDUCE(name, expression)                                                                        \
    vs_status name(vs_tensor t, const int64_t* over, int32_t dims, int32_t keepdim, vs_tensor* out) {      \
        return give(out, [&] { const Tensor& x = un(t); auto d = vs::axes(x, over, dims); bool keep = keepdim != 0; return expression; }); \
    }

VS_REDUCE(vs_sum, x.sum(d, keep))
VS_REDUCE(vs_mean, x.mean(d, keep))
VS_REDUCE(vs_amax, at::amax(x, d, keep))
VS_REDUCE(vs_amin, at::amin(x, d, keep))
VS_REDUCE(vs_logsumexp, at::logsumexp(x, d, keep))
VS_REDUCE(vs_norm, at::norm(x, 2, d, keep))

vs_status vs_var(vs_tensor t, const int64_t* over, int32_t dims, int32_t unbiased, int32_t keepdim, vs_tensor* out) {
    return give(out, [&] { return un(t).var(vs::axes(un(t), over, dims), unbiased != 0, keepdim != 0); });
}

vs_status vs_softmax(vs_tensor t, int64_t dim, vs_tensor* out) { return give(out, [&] { return at::softmax(un(t), dim); }); }
vs_status vs_log_softmax(vs_tensor t, int64_t dim, vs_tensor* out) { return give(out, [&] { return at::log_softmax(un(t), dim); }); }
vs_status vs_cumsum(vs_tensor t, int64_t dim, vs_tensor* out) { return give(out, [&] { return at::cumsum(un(t), dim); }); }
vs_status vs_argmax(vs_tensor t, int64_t dim, int32_t keepdim, vs_tensor* out) { return give(out, [&] { return at::argmax(un(t), dim, keepdim != 0); }); }
vs_status vs_argsort(vs_tensor t, int64_t dim, int32_t descending, vs_tensor* out) { return give(out, [&] { return at::argsort(un(t), dim, descending != 0); }); }

VS_UNARY(vs_all, x.all())
VS_UNARY(vs_any, x.any())

// --- products ---

VS_BINARY(vs_matmul, at::matmul(x, y))
VS_BINARY(vs_mm, at::mm(x, y))
VS_BINARY(vs_bmm, at::bmm(x, y))

vs_status vs_addmm(vs_tensor bias, vs_tensor a, vs_tensor b, vs_tensor* out) { return give(out, [&] { return at::addmm(un(bias), un(a), un(b)); }); }
vs_status vs_baddbmm(vs_tensor bias, vs_tensor a, vs_tensor b, vs_tensor* out) { return give(out, [&] { return at::baddbmm(un(bias), un(a), un(b)); }); }

// --- autograd ---

vs_status vs_requires_grad(vs_tensor t, int32_t* result) { return guarded([&] { *result = un(t).requires_grad(); }); }
vs_status vs_set_requires_grad(vs_tensor t, int32_t on) { return guarded([&] { un(t).requires_grad_(on != 0); }); }

vs_status vs_get_grad(vs_tensor t, vs_tensor* out) {
    *out = nullptr;
    return guarded([&] {
        const Tensor& grad = un(t).grad();
        if (grad.defined()) *out = vs::wrap(grad);
    });
}

vs_status vs_set_grad(vs_tensor t, vs_tensor grad) { return guarded([&] { un(t).mutable_grad() = vs::optional(grad); }); }

vs_status vs_backward(vs_tensor t, vs_tensor grad, int32_t retain_graph) {
    return guarded([&] { torch::autograd::backward({un(t)}, {vs::optional(grad)}, retain_graph != 0, false); });
}

vs_status vs_grad(const vs_tensor* outputs, int32_t output_count, const vs_tensor* inputs, int32_t input_count, const vs_tensor* grad_outputs,
                  int32_t retain_graph, int32_t create_graph, int32_t allow_unused, vs_tensor* out) {
    for (int32_t i = 0; i < input_count; i++) out[i] = nullptr;
    return guarded([&] {
        auto seeds = grad_outputs == nullptr ? std::vector<Tensor>() : vs::list(grad_outputs, output_count);
        auto grads = torch::autograd::grad(vs::list(outputs, output_count), vs::list(inputs, input_count), seeds,
                                           retain_graph != 0 || create_graph != 0, create_graph != 0, allow_unused != 0);
        for (int32_t i = 0; i < input_count; i++)
            if (grads[i].defined()) out[i] = vs::wrap(grads[i]);
    });
}

vs_status vs_grad_mode(int32_t* enabled) { return guarded([&] { *enabled = c10::GradMode::is_enabled(); }); }
vs_status vs_set_grad_mode(int32_t enabled) { return guarded([&] { c10::GradMode::set_enabled(enabled != 0); }); }

// --- random streams ---

vs_status vs_generator_new(int32_t device, int32_t index, uint64_t seed, vs_generator* out) {
    *out = nullptr;
    return guarded([&] {
        at::Generator g = vs::device(device, index).is_cuda() ? vs::cuda::generator(index) : at::make_generator<at::CPUGeneratorImpl>(seed);
        g.set_current_seed(seed);
        *out = new vs_generator_s{std::move(g)};
    });
}

void vs_generator_free(vs_generator g) { delete g; }

vs_status vs_generator_seed(vs_generator g, uint64_t* seed) { return guarded([&] { *seed = un(g).current_seed(); }); }

vs_status vs_generator_set_seed(vs_generator g, uint64_t seed) {
    return guarded([&] {
        at::Generator generator = un(g);
        std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_current_seed(seed);
    });
}

vs_status vs_generator_get_state(vs_generator g, void* buffer, int64_t capacity, int64_t* bytes) {
    return guarded([&] {
        Tensor state = un(g).get_state();
        *bytes = static_cast<int64_t>(state.nbytes());
        if (buffer != nullptr && capacity >= *bytes) std::memcpy(buffer, state.data_ptr(), *bytes);
    });
}

vs_status vs_generator_set_state(vs_generator g, const void* data, int64_t bytes) {
    return guarded([&] {
        Tensor state = at::empty({bytes}, at::kByte);
        std::memcpy(state.data_ptr(), data, bytes);
        un(g).set_state(state);
    });
}
