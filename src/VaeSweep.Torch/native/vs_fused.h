// The parts of a VAE that every family shares, in pack form: M trials, K samples, B images; sample k of image b is row k * B + b.
// Each exists twice: as composites of libtorch's operations (any device, any precision, any derivative), and as an autograd node over
// this library's kernels (float32 on the CPU, first derivatives).
#ifndef VS_FUSED_H
#define VS_FUSED_H

#include "vs_internal.h"

#include <tuple>

namespace vs {

std::string shape(const at::Tensor& t);

// rows of t, as a multiple of `rows`; refuses anything else than [M, k * rows, n].
int64_t samples_of(const at::Tensor& t, int64_t trials, int64_t rows, const char* what);

namespace composite {
at::Tensor linear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b, int32_t activation, double slope);
at::Tensor gated_linear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b, const at::Tensor& v, const at::Tensor& c);
std::tuple<at::Tensor, at::Tensor, at::Tensor> batch_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps, int32_t activation, double slope);
at::Tensor log_sum_exp(const at::Tensor& a);
at::Tensor bernoulli_log_prob(const at::Tensor& logits, const at::Tensor& x);
at::Tensor gaussian_log_prob(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& logvar);
std::pair<at::Tensor, at::Tensor> gaussian_sample(const at::Tensor& mu, const at::Tensor& logvar, const at::Tensor& eps);
}  // namespace composite

namespace kernel {
at::Tensor linear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b, int32_t activation, double slope);
at::Tensor gated_linear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b, const at::Tensor& v, const at::Tensor& c);
std::tuple<at::Tensor, at::Tensor, at::Tensor> batch_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps, int32_t activation, double slope);
at::Tensor log_sum_exp(const at::Tensor& a);
at::Tensor bernoulli_log_prob(const at::Tensor& logits, const at::Tensor& x);
at::Tensor gaussian_log_prob(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& logvar);
std::pair<at::Tensor, at::Tensor> gaussian_sample(const at::Tensor& mu, const at::Tensor& logvar, const at::Tensor& eps);
}  // namespace kernel

}  // namespace vs

#endif
