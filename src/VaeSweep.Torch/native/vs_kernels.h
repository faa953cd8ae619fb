// Straight loops over plain memory, compiled once for each kind of processor and chosen when the library is loaded.
#ifndef VS_KERNELS_H
#define VS_KERNELS_H

#include <cstdint>

namespace vs {

// One trial's coefficients of an Adam step: p -= rate * m / (sqrt(v) * root + eps).
struct AdamCoefficients {
    double beta1, beta2, rate, root, eps, scale;
};

struct Kernels {
    const char* name;
    // Adds nothing: each returns the sum of squares of the gradient before scaling.
    double (*adam_float)(int64_t n, float* p, const float* g, float* m, float* v, const AdamCoefficients& c);
    double (*adam_double)(int64_t n, double* p, const double* g, double* m, double* v, const AdamCoefficients& c);
    double (*squares_float)(int64_t n, const float* g);
    double (*squares_double)(int64_t n, const double* g);
};

extern const Kernels kernels_base;
extern const Kernels kernels_avx2;
extern const Kernels kernels_avx512;

const Kernels& kernels();

}  // namespace vs

#endif
