// Compiled three times (CMakeLists.txt), with VS_KERNELS naming the table. Loops are written so that the compiler turns them into vectors;
// sums run in a fixed number of lanes, so a result depends neither on the pack nor on the run.
#include "vs_kernels.h"

#include <algorithm>
#include <cmath>

namespace vs {
namespace {

constexpr int lanes = 32;
// A float lane adds at most this many squares before it moves into a double, which keeps the norm good to seven digits.
constexpr int64_t block = 4096;

template <typename T>
double fold(const T* sums) {
    double total = 0;
    for (int j = 0; j < lanes; j++) total += sums[j];
    return total;
}

template <typename T>
double squares(int64_t n, const T* __restrict g) {
    double total = 0;
    for (int64_t start = 0; start < n; start += block) {
        int64_t end = std::min(n, start + block);
        T sums[lanes] = {};
        int64_t i = start;
        for (; i + lanes <= end; i += lanes)
            for (int j = 0; j < lanes; j++) sums[j] += g[i + j] * g[i + j];
        for (int j = 0; i < end; i++, j++) sums[j] += g[i] * g[i];
        total += fold(sums);
    }
    return total;
}

template <typename T>
double adam(int64_t n, T* __restrict p, const T* __restrict g, T* __restrict m, T* __restrict v, const AdamCoefficients& c) {
    const T beta2 = static_cast<T>(c.beta2), grow1 = static_cast<T>(1 - c.beta1), grow2 = static_cast<T>(1 - c.beta2);
    const T rate = static_cast<T>(c.rate), root = static_cast<T>(c.root), eps = static_cast<T>(c.eps), scale = static_cast<T>(c.scale);
    auto one = [&](int64_t i, T& sum) {
        T gradient = g[i];
        sum += gradient * gradient;
        gradient *= scale;
        T first = m[i] + grow1 * (gradient - m[i]);
        T second = beta2 * v[i] + grow2 * gradient * gradient;
        m[i] = first;
        v[i] = second;
        p[i] -= rate * first / (std::sqrt(second) * root + eps);
    };
    double total = 0;
    for (int64_t start = 0; start < n; start += block) {
        int64_t end = std::min(n, start + block);
        T sums[lanes] = {};
        int64_t i = start;
        for (; i + lanes <= end; i += lanes)
            for (int j = 0; j < lanes; j++) one(i + j, sums[j]);
        for (int j = 0; i < end; i++, j++) one(i, sums[j]);
        total += fold(sums);
    }
    return total;
}

}  // namespace

extern const Kernels VS_KERNELS;
const Kernels VS_KERNELS = {VS_KERNELS_NAME, adam<float>, adam<double>, squares<float>, squares<double>};

}  // namespace vs
