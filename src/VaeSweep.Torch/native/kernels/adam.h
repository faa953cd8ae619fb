// Adam's pass over memory: parameter, gradient and both moments are each read once.

// A lane adds at most this many squares before it moves into a double, which keeps the norm good to seven digits.
constexpr int64_t norm_block = 4096;

template <typename T>
double squares(int64_t n, const T* __restrict g) {
    double total = 0;
    for (int64_t start = 0; start < n; start += norm_block)
        total += sum_in_lanes<T>(std::min(n - start, norm_block), [&](int64_t i) { return g[start + i] * g[start + i]; });
    return total;
}

template <typename T>
double adam(int64_t n, T* __restrict p, const T* __restrict g, T* __restrict m, T* __restrict v, const AdamCoefficients& c) {
    const T beta2 = static_cast<T>(c.beta2), grow1 = static_cast<T>(1 - c.beta1), grow2 = static_cast<T>(1 - c.beta2);
    const T rate = static_cast<T>(c.rate), root = static_cast<T>(c.root), eps = static_cast<T>(c.eps), scale = static_cast<T>(c.scale);
    double total = 0;
    for (int64_t start = 0; start < n; start += norm_block) {
        total += sum_in_lanes<T>(std::min(n - start, norm_block), [&](int64_t at) {
            int64_t i = start + at;
            T square = g[i] * g[i], gradient = g[i] * scale;
            T first = m[i] + grow1 * (gradient - m[i]);
            T second = beta2 * v[i] + grow2 * gradient * gradient;
            m[i] = first;
            v[i] = second;
            p[i] -= rate * first / (std::sqrt(second) * root + eps);
            return square;
        });
    }
    return total;
}

#if defined(__AVX512F__)

// The divider gives a root and a quotient of 16 floats in 34 cycles, longer than memory takes to bring them. Estimates of 14 bits and one
// Newton step each take a third of that and are good to two units in the last place.
template <>
double adam<float>(int64_t n, float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v, const AdamCoefficients& c) {
    const Vec beta2 = all(static_cast<float>(c.beta2)), grow1 = all(static_cast<float>(1 - c.beta1)), grow2 = all(static_cast<float>(1 - c.beta2));
    const Vec rate = all(static_cast<float>(-c.rate)), root = all(static_cast<float>(c.root)), eps = all(static_cast<float>(c.eps)), scale = all(static_cast<float>(c.scale));
    // The root's estimate is infinite at 0. In this order a NaN of v passes.
    const Vec smallest = all(1.17549435e-38f), half = all(0.5f), three_halves = all(1.5f), two = all(2.0f);
    double total = 0;
    for (int64_t start = 0; start < n; start += norm_block) {
        Vec squares = zero();
        int64_t end = std::min(n, start + norm_block);
        for (int64_t i = start; i < end; i += width) {
            Lanes l(end - i);
            Vec gradient = load(g + i, l), first = load(m + i, l), second = load(v + i, l);
            squares = fma(gradient, gradient, squares);
            gradient = _mm512_mul_ps(gradient, scale);
            first = fma(grow1, _mm512_sub_ps(gradient, first), first);
            second = fma(beta2, second, _mm512_mul_ps(_mm512_mul_ps(grow2, gradient), gradient));
            store(m + i, first, l);
            store(v + i, second, l);
            second = _mm512_max_ps(smallest, second);
            Vec r = _mm512_rsqrt14_ps(second);
            r = _mm512_mul_ps(r, _mm512_fnmadd_ps(_mm512_mul_ps(_mm512_mul_ps(half, second), r), r, three_halves));
            Vec denominator = fma(_mm512_mul_ps(second, r), root, eps);
            Vec q = _mm512_rcp14_ps(denominator);
            q = _mm512_mul_ps(q, _mm512_fnmadd_ps(denominator, q, two));
            store(p + i, fma(_mm512_mul_ps(rate, first), q, load(p + i, l)), l);
        }
        total += _mm512_reduce_add_ps(squares);
    }
    return total;
}

#endif
