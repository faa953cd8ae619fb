// Compiled once for each kind of processor (CMakeLists.txt), with VS_KERNELS naming the table. The parts are included into an anonymous
// namespace: a function of the same name that two compilations share would be merged by the linker, and run where its instructions do not exist. For the same reason
// nothing here may call a template of the standard library that is not inlined.
#include "vs_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace vs {
namespace {

#include "kernels/vector.h"
#include "kernels/math.h"
#include "kernels/products.h"
#include "kernels/elements.h"
#include "kernels/columns.h"
#include "kernels/adam.h"

#ifndef VS_VECTOR
constexpr auto product = nullptr;
constexpr auto list_entries = nullptr;
constexpr auto gather_rows = nullptr;
#endif

}  // namespace

extern const Kernels VS_KERNELS;
const Kernels VS_KERNELS = {
    VS_KERNELS_NAME, product, list_entries, gather_rows, activate, activate_backward,
    gate, gate_backward, moments, normalise, normalise_backward, log_sum_exp<float>, log_sum_exp<double>, bernoulli, scale, gaussian, gaussian_backward,
    kl_units, sample, sample_backward, kl_backward, adam<float>, adam<double>, squares<float>, squares<double>,
};

}  // namespace vs
