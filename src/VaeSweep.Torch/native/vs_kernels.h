// Straight loops over plain memory, compiled once for each kind of processor and chosen when the library is loaded.
// Matrices are row-major; ld is the distance between rows in elements. Nothing here allocates tensors or throws.
#ifndef VS_KERNELS_H
#define VS_KERNELS_H

#include <cstdint>

namespace vs {

// One trial's coefficients of an Adam step: p -= rate * m / (sqrt(v) * root + eps), with the gradient scaled first.
struct AdamCoefficients {
    double beta1, beta2, rate, root, eps, scale;
};

// The entries of a mostly empty matrix, by row or by column: those of line i are [start[i], start[i + 1]).
struct Entries {
    const int32_t* start;
    const int32_t* index;
    const float* value;
};

struct Matrix {
    const float* data;
    int64_t ld;
    bool transposed;
};

struct Kernels {
    const char* name;

    // c = a b (+ bias in every row), a m x k, b k x n; with `add`, c grows by that. Null where the processor has no kernel here: then BLAS multiplies.
    void (*product)(int64_t m, int64_t n, int64_t k, Matrix a, Matrix b, const float* bias, bool add, float* c, int64_t ldc);

    // Lists the entries of x that are not zero, row by row; gives up with -1 as soon as they are more than one in `sparse_below`.
    int64_t (*list_entries)(int64_t rows, int64_t columns, const float* x, int64_t ld, int32_t* start, int32_t* index, float* value);

    // y = entries w (+ bias in every row); w is wide columns.
    void (*gather_rows)(int64_t lines, int64_t wide, Entries entries, const float* w, int64_t ldw, const float* bias, float* y, int64_t ldy);

    // y = act(y), in place.
    void (*activate)(int64_t n, float* y, int32_t activation, float slope);

    // g = upstream * act'(a), from y = act(a); sums[j] receives the sum of g's column j unless null. g may be upstream.
    void (*activate_backward)(int64_t rows, int64_t columns, const float* y, const float* upstream, float* g, float* sums, int32_t activation, float slope);

    // y = value * gate, in place of value.
    void (*gate)(int64_t n, float* value, const float* gate);

    // dvalue = dy gate, dpre = dy value gate (1 - gate): gradients before the gate's sigmoid.
    void (*gate_backward)(int64_t n, const float* dy, const float* value, const float* gate, float* dvalue, float* dpre);

    // Mean and biased variance of each column.
    void (*moments)(int64_t rows, int64_t columns, const float* x, float* mean, float* variance);

    // y = (x - mean) scale + bias, column by column; then the activation.
    void (*normalise)(int64_t rows, int64_t columns, const float* x, const float* mean, const float* scale, const float* bias, float* y, int32_t activation, float slope);

    // Of a normalised batch with its activation: dx, and the gradients of weight and bias, from dy and y. root is 1 / sqrt(variance + eps).
    void (*normalise_backward)(int64_t rows, int64_t columns, const float* x, const float* mean, const float* root, const float* weight, const float* y, const float* dy,
                               float* dx, float* dweight, float* dbias, int32_t activation, float slope);

    // log of the sum of exp over each row.
    void (*log_sum_exp_float)(int64_t rows, int64_t columns, const float* a, float* out);
    void (*log_sum_exp_double)(int64_t rows, int64_t columns, const double* a, double* out);

    // The sum of x l - softplus(l); gradient receives x - sigmoid(l) unless null.
    float (*bernoulli)(int64_t n, const float* l, const float* x, float* gradient);

    // out = a * in.
    void (*scale)(int64_t n, float a, const float* in, float* out);

    // -1/2 sum(log 2 pi + lv + (x - mean)^2 exp(-lv)).
    float (*gaussian)(int64_t n, const float* x, const float* mean, const float* logvar);

    // Adds a times its gradients to those that are not null.
    void (*gaussian_backward)(int64_t n, float a, const float* x, const float* mean, const float* logvar, float* dx, float* dmean, float* dlogvar);

    // kl = 1/2 (exp(lv) + mu^2 - 1 - lv); std = exp(lv / 2).
    void (*kl_units)(int64_t n, const float* mu, const float* logvar, float* kl, float* std);

    // z = mu + std eps.
    void (*sample)(int64_t n, const float* mu, const float* std, const float* eps, float* z);

    // dmu += dz; dlogvar += dz eps std / 2.
    void (*sample_backward)(int64_t n, const float* dz, const float* eps, const float* std, float* dmu, float* dlogvar);

    // dmu = dkl mu; dlogvar = dkl (exp(lv) - 1) / 2.
    void (*kl_backward)(int64_t n, const float* dkl, const float* mu, const float* std, float* dmu, float* dlogvar);

    // Each returns the sum of squares of the gradient before scaling.
    double (*adam_float)(int64_t n, float* p, const float* g, float* m, float* v, const AdamCoefficients& c);
    double (*adam_double)(int64_t n, double* p, const double* g, double* m, double* v, const AdamCoefficients& c);
    double (*squares_float)(int64_t n, const float* g);
    double (*squares_double)(int64_t n, const double* g);
};

// A row costs about as much through its entries as through the dense product when one in three or four is not zero.
constexpr int64_t sparse_below = 4;

extern const Kernels kernels_base;
extern const Kernels kernels_avx2;
extern const Kernels kernels_avx512;

const Kernels& kernels();

// Whether they are to be used; else libtorch's own operations do all the work, as they do on other devices.
bool kernels_wanted();

}  // namespace vs

#endif
