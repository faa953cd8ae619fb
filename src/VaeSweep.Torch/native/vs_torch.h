/* The border between C# and libtorch. Plain C, fixed-size integers, no callbacks, no memory that one side allocates and the other frees.
 *
 * Every function that can fail returns a vs_status and never throws; vs_last_error() then holds the message of this thread.
 * `out` handles are null unless the status is 0 and belong to the caller, who frees them with vs_tensor_free.
 * DriftTests reads this file: one declaration ends at one semicolon, and each has its twin in Interop/Native*.cs. */
#ifndef VS_TORCH_H
#define VS_TORCH_H

#include <stdint.h>

#if defined(__GNUC__)
#define VS_API __attribute__((visibility("default")))
#else
#define VS_API __declspec(dllexport)
#endif

/* Raise by one whenever a declaration below changes; Interop/Native.cs has the same number. */
#define VS_ABI_VERSION 3

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vs_tensor_s* vs_tensor;
typedef struct vs_generator_s* vs_generator;

/* 0 ok, 1 libtorch refused, 2 out of memory, 3 bad argument or missing ability, 4 unknown */
typedef int32_t vs_status;

/* --- the library --- */
VS_API int32_t vs_abi_version(void);
VS_API const char* vs_torch_version(void);
VS_API const char* vs_torch_config(void);
VS_API const char* vs_torch_path(void);
VS_API const char* vs_last_error(void);
VS_API const char* vs_last_error_detail(void);
VS_API int64_t vs_live_tensors(void);
VS_API int32_t vs_built_with_cuda(void);
VS_API const char* vs_kernel_name(void);
/* 0: every operation by libtorch's own kernels, also on the cpu, as on any other device; 1: by this library's where it has one. */
VS_API vs_status vs_set_kernels(int32_t on);
VS_API vs_status vs_set_num_threads(int32_t threads);
VS_API vs_status vs_get_num_threads(int32_t* threads);
VS_API vs_status vs_set_flush_denormal(int32_t on, int32_t* supported);
VS_API vs_status vs_cuda_device_count(int32_t* count);
VS_API vs_status vs_cuda_synchronize(int32_t index);
/* Bytes of a GPU's memory in living tensors, and those that libtorch keeps for them and for later; -1 each where it was built without CUDA's headers. */
VS_API vs_status vs_cuda_memory(int32_t index, int64_t* allocated, int64_t* reserved);
VS_API vs_status vs_cuda_empty_cache(void);

/* --- making tensors; dtype numbers are libtorch's ScalarType, devices 0 cpu, 1 cuda --- */
VS_API vs_status vs_empty(const int64_t* sizes, int32_t dims, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_full(const int64_t* sizes, int32_t dims, double value, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_from_data(const void* data, int64_t bytes, const int64_t* sizes, int32_t dims, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_arange(double start, double end, double step, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_linspace(double start, double end, int64_t steps, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_eye(int64_t n, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_randn(const int64_t* sizes, int32_t dims, vs_generator generator, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_rand(const int64_t* sizes, int32_t dims, vs_generator generator, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_randperm(int64_t n, vs_generator generator, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_cat(const vs_tensor* tensors, int32_t count, int64_t dim, vs_tensor* out);
VS_API vs_status vs_stack(const vs_tensor* tensors, int32_t count, int64_t dim, vs_tensor* out);
VS_API vs_status vs_alias(vs_tensor t, vs_tensor* out);
VS_API void vs_tensor_free(vs_tensor t);

/* --- looking at tensors --- */
VS_API vs_status vs_describe(vs_tensor t, int64_t* sizes, int32_t capacity, int32_t* dims, int32_t* dtype, int32_t* device, int32_t* index);
VS_API vs_status vs_is_contiguous(vs_tensor t, int32_t* result);
VS_API vs_status vs_is_same(vs_tensor a, vs_tensor b, int32_t* result);
VS_API vs_status vs_data_ptr(vs_tensor t, void** data);
VS_API vs_status vs_read(vs_tensor t, void* buffer, int64_t bytes);
VS_API vs_status vs_write(vs_tensor t, const void* data, int64_t bytes);
VS_API vs_status vs_item_double(vs_tensor t, double* value);
VS_API vs_status vs_item_int64(vs_tensor t, int64_t* value);

/* --- shapes --- */
VS_API vs_status vs_clone(vs_tensor t, vs_tensor* out);
VS_API vs_status vs_detach(vs_tensor t, vs_tensor* out);
VS_API vs_status vs_to(vs_tensor t, int32_t dtype, int32_t device, int32_t index, vs_tensor* out);
VS_API vs_status vs_contiguous(vs_tensor t, vs_tensor* out);
VS_API vs_status vs_view(vs_tensor t, const int64_t* sizes, int32_t dims, vs_tensor* out);
VS_API vs_status vs_reshape(vs_tensor t, const int64_t* sizes, int32_t dims, vs_tensor* out);
VS_API vs_status vs_expand(vs_tensor t, const int64_t* sizes, int32_t dims, vs_tensor* out);
VS_API vs_status vs_permute(vs_tensor t, const int64_t* order, int32_t dims, vs_tensor* out);
VS_API vs_status vs_transpose(vs_tensor t, int64_t dim0, int64_t dim1, vs_tensor* out);
VS_API vs_status vs_unsqueeze(vs_tensor t, int64_t dim, vs_tensor* out);
VS_API vs_status vs_squeeze(vs_tensor t, int64_t dim, vs_tensor* out);
VS_API vs_status vs_select(vs_tensor t, int64_t dim, int64_t index, vs_tensor* out);
VS_API vs_status vs_narrow(vs_tensor t, int64_t dim, int64_t start, int64_t length, vs_tensor* out);
VS_API vs_status vs_index_select(vs_tensor t, int64_t dim, vs_tensor index, vs_tensor* out);
VS_API vs_status vs_gather(vs_tensor t, int64_t dim, vs_tensor index, vs_tensor* out);
VS_API vs_status vs_masked_select(vs_tensor t, vs_tensor mask, vs_tensor* out);
VS_API vs_status vs_repeat_interleave(vs_tensor t, int64_t repeats, int64_t dim, vs_tensor* out);
VS_API vs_status vs_repeat(vs_tensor t, const int64_t* repeats, int32_t dims, vs_tensor* out);
VS_API vs_status vs_flip(vs_tensor t, int64_t dim, vs_tensor* out);

/* --- arithmetic --- */
VS_API vs_status vs_add(vs_tensor a, vs_tensor b, double alpha, vs_tensor* out);
VS_API vs_status vs_sub(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_mul(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_div(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_add_scalar(vs_tensor a, double value, vs_tensor* out);
VS_API vs_status vs_rsub_scalar(vs_tensor a, double value, vs_tensor* out);
VS_API vs_status vs_mul_scalar(vs_tensor a, double value, vs_tensor* out);
VS_API vs_status vs_div_scalar(vs_tensor a, double value, vs_tensor* out);
VS_API vs_status vs_pow(vs_tensor a, vs_tensor exponent, vs_tensor* out);
VS_API vs_status vs_pow_scalar(vs_tensor a, double exponent, vs_tensor* out);
VS_API vs_status vs_maximum(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_minimum(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_logaddexp(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_logical_and(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_logical_not(vs_tensor a, vs_tensor* out);
/* 0 ==, 1 !=, 2 <, 3 <=, 4 >, 5 >= */
VS_API vs_status vs_compare(vs_tensor a, vs_tensor b, int32_t relation, vs_tensor* out);
VS_API vs_status vs_compare_scalar(vs_tensor a, double value, int32_t relation, vs_tensor* out);
VS_API vs_status vs_where(vs_tensor condition, vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_clamp(vs_tensor a, double min, int32_t has_min, double max, int32_t has_max, vs_tensor* out);
VS_API vs_status vs_exp(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_expm1(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_log(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_log1p(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_sqrt(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_rsqrt(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_square(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_reciprocal(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_abs(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_neg(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_sign(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_floor(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_round(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_sin(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_cos(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_sigmoid(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_log_sigmoid(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_tanh(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_relu(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_softplus(vs_tensor a, double beta, double threshold, vs_tensor* out);
VS_API vs_status vs_leaky_relu(vs_tensor a, double slope, vs_tensor* out);
VS_API vs_status vs_isfinite(vs_tensor a, vs_tensor* out);

/* --- in place: no new handle --- */
VS_API vs_status vs_copy_(vs_tensor t, vs_tensor source);
VS_API vs_status vs_zero_(vs_tensor t);
VS_API vs_status vs_fill_(vs_tensor t, double value);
VS_API vs_status vs_add_(vs_tensor a, vs_tensor b, double alpha);
VS_API vs_status vs_sub_(vs_tensor a, vs_tensor b);
VS_API vs_status vs_mul_(vs_tensor a, vs_tensor b);
VS_API vs_status vs_div_(vs_tensor a, vs_tensor b);
VS_API vs_status vs_add_scalar_(vs_tensor a, double value);
VS_API vs_status vs_mul_scalar_(vs_tensor a, double value);
VS_API vs_status vs_addcmul_(vs_tensor t, vs_tensor a, vs_tensor b, double value);
VS_API vs_status vs_addcdiv_(vs_tensor t, vs_tensor a, vs_tensor b, double value);
VS_API vs_status vs_lerp_(vs_tensor t, vs_tensor end, double weight);
VS_API vs_status vs_clamp_(vs_tensor t, double min, int32_t has_min, double max, int32_t has_max);
VS_API vs_status vs_index_copy_(vs_tensor t, int64_t dim, vs_tensor index, vs_tensor source);
VS_API vs_status vs_normal_(vs_tensor t, double mean, double std, vs_generator generator);
VS_API vs_status vs_uniform_(vs_tensor t, double from, double to, vs_generator generator);
VS_API vs_status vs_bernoulli_(vs_tensor t, double p, vs_generator generator);
VS_API vs_status vs_bernoulli(vs_tensor p, vs_generator generator, vs_tensor* out);

/* --- reductions; dims == 0 reduces over all --- */
VS_API vs_status vs_sum(vs_tensor t, const int64_t* over, int32_t dims, int32_t keepdim, vs_tensor* out);
VS_API vs_status vs_mean(vs_tensor t, const int64_t* over, int32_t dims, int32_t keepdim, vs_tensor* out);
VS_API vs_status vs_var(vs_tensor t, const int64_t* over, int32_t dims, int32_t unbiased, int32_t keepdim, vs_tensor* out);
VS_API vs_status vs_amax(vs_tensor t, const int64_t* over, int32_t dims, int32_t keepdim, vs_tensor* out);
VS_API vs_status vs_amin(vs_tensor t, const int64_t* over, int32_t dims, int32_t keepdim, vs_tensor* out);
VS_API vs_status vs_logsumexp(vs_tensor t, const int64_t* over, int32_t dims, int32_t keepdim, vs_tensor* out);
VS_API vs_status vs_norm(vs_tensor t, const int64_t* over, int32_t dims, int32_t keepdim, vs_tensor* out);
VS_API vs_status vs_softmax(vs_tensor t, int64_t dim, vs_tensor* out);
VS_API vs_status vs_log_softmax(vs_tensor t, int64_t dim, vs_tensor* out);
VS_API vs_status vs_cumsum(vs_tensor t, int64_t dim, vs_tensor* out);
VS_API vs_status vs_argmax(vs_tensor t, int64_t dim, int32_t keepdim, vs_tensor* out);
VS_API vs_status vs_argsort(vs_tensor t, int64_t dim, int32_t descending, vs_tensor* out);
VS_API vs_status vs_all(vs_tensor t, vs_tensor* out);
VS_API vs_status vs_any(vs_tensor t, vs_tensor* out);

/* --- products --- */
VS_API vs_status vs_matmul(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_mm(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_bmm(vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_addmm(vs_tensor bias, vs_tensor a, vs_tensor b, vs_tensor* out);
VS_API vs_status vs_baddbmm(vs_tensor bias, vs_tensor a, vs_tensor b, vs_tensor* out);

/* --- autograd --- */
VS_API vs_status vs_requires_grad(vs_tensor t, int32_t* result);
VS_API vs_status vs_set_requires_grad(vs_tensor t, int32_t on);
VS_API vs_status vs_get_grad(vs_tensor t, vs_tensor* out);
VS_API vs_status vs_set_grad(vs_tensor t, vs_tensor grad);
VS_API vs_status vs_backward(vs_tensor t, vs_tensor grad, int32_t retain_graph);
VS_API vs_status vs_grad(const vs_tensor* outputs, int32_t output_count, const vs_tensor* inputs, int32_t input_count, const vs_tensor* grad_outputs, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, vs_tensor* out);
VS_API vs_status vs_grad_mode(int32_t* enabled);
VS_API vs_status vs_set_grad_mode(int32_t enabled);

/* --- random streams: no draw without one --- */
VS_API vs_status vs_generator_new(int32_t device, int32_t index, uint64_t seed, vs_generator* out);
VS_API void vs_generator_free(vs_generator g);
VS_API vs_status vs_generator_seed(vs_generator g, uint64_t* seed);
VS_API vs_status vs_generator_set_seed(vs_generator g, uint64_t seed);
VS_API vs_status vs_generator_get_state(vs_generator g, void* buffer, int64_t capacity, int64_t* bytes);
VS_API vs_status vs_generator_set_state(vs_generator g, const void* data, int64_t bytes);

/* --- fused parts of a VAE; activation: 0 none, 1 softplus, 2 relu, 3 leaky relu, 4 tanh, 5 sigmoid --- */
VS_API vs_status vs_linear(vs_tensor x, vs_tensor w, vs_tensor b, int32_t activation, double slope, vs_tensor* out);
VS_API vs_status vs_bernoulli_log_prob(vs_tensor logits, vs_tensor x, vs_tensor* out);
VS_API vs_status vs_gaussian_log_prob(vs_tensor x, vs_tensor mean, vs_tensor logvar, vs_tensor* out);
VS_API vs_status vs_gaussian_sample(vs_tensor mu, vs_tensor logvar, vs_tensor eps, vs_tensor* z, vs_tensor* kl_units);
VS_API vs_status vs_gated_linear(vs_tensor x, vs_tensor w, vs_tensor b, vs_tensor v, vs_tensor c, vs_tensor* out);
VS_API vs_status vs_batch_norm(vs_tensor x, vs_tensor weight, vs_tensor bias, double eps, int32_t activation, double slope, vs_tensor* y, vs_tensor* mean, vs_tensor* variance);
VS_API vs_status vs_log_sum_exp(vs_tensor a, vs_tensor* out);
VS_API vs_status vs_log_mean_exp(vs_tensor t, int64_t dim, vs_tensor* out);

/* One Adam step over parameters [M, ...]. step, lr, beta1, beta2, eps, hat, clip and norm are [M] float64 on the parameters'
 * device. step is raised by one; hat is 0 for PyTorch's place of epsilon and 1 for Theano's and TensorFlow's; clip 0 is off; norm receives the
 * gradient's norm before clipping. Clears the gradients. */
VS_API vs_status vs_adam_step(const vs_tensor* parameters, const vs_tensor* m, const vs_tensor* v, int32_t count, vs_tensor step, vs_tensor lr, vs_tensor beta1, vs_tensor beta2, vs_tensor eps, vs_tensor hat, vs_tensor clip, vs_tensor norm);

/* Changes the gradients of parameters [M, ...] in place, before a step. normalise, clip, clip_entries and norm are [M] float64 on the parameters' device, and
 * 0 is off. Where normalise is on, each tensor is divided by its own L2 norm plus that number; else all together are rescaled to an L2 norm of at most clip.
 * Then entries are held within +- clip_entries. norm receives the whole gradient's norm before any of that. */
VS_API vs_status vs_shape_gradients(const vs_tensor* parameters, int32_t count, vs_tensor normalise, vs_tensor clip, vs_tensor clip_entries, vs_tensor norm);

#ifdef __cplusplus
}
#endif
#endif
