// Scalar functions that the compiler turns into vector code: no calls, no branches, no tables. Good to about two units in the last place.
// NaN goes in and comes out; comparisons are written so that it takes the side that keeps it.

template <typename To, typename From>
inline To bits(From x) {
    To y;
    std::memcpy(&y, &x, sizeof y);
    return y;
}

inline float power_of_two(int32_t n) { return bits<float>((n + 127) << 23); }

// x = n log 2 + r. Adding 1.5 * 2^23 rounds to the nearest integer, which then stands in the lowest bits.
struct Reduced {
    float r;
    int32_t n;
};
inline Reduced reduce(float x) {
    constexpr float magic = 12582912.0f;
    float shifted = x * 1.44269504088896341f + magic;
    float n = shifted - magic;
    return {(x - n * 0.693359375f) + n * 2.12194440e-4f, bits<int32_t>(shifted) - bits<int32_t>(magic)};
}

// exp(r) - 1 for |r| <= log(2) / 2: Taylor to r^7, whose remainder is 1e-8 of r.
inline float expm1_near_zero(float r) {
    float p = 1.0f / 5040;
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    return r + r * r * p;
}

inline float exp(float x) {
    x = x < -104.0f ? -104.0f : x;
    x = x > 89.5f ? 89.5f : x;
    Reduced reduced = reduce(x);
    // Two factors: 2^128 and 2^-149 are beyond what one exponent field holds.
    int32_t half = reduced.n >> 1;
    return (1 + expm1_near_zero(reduced.r)) * power_of_two(half) * power_of_two(reduced.n - half);
}

// exp(x) for x in [-87, 0]; below, the result is 1e-38, nothing beside the 1 or the log that it is used with.
inline float exp_negative(float x) {
    x = x < -87.0f ? -87.0f : x;
    Reduced reduced = reduce(x);
    return (1 + expm1_near_zero(reduced.r)) * power_of_two(reduced.n);
}

// The same in double, for x in [-708, 0]: Taylor to r^13, whose remainder is 4e-18.
inline double exp_negative(double x) {
    constexpr double magic = 6755399441055744.0;
    x = x < -708.0 ? -708.0 : x;
    double shifted = x * 1.44269504088896340736 + magic;
    double n = shifted - magic;
    double r = (x - n * 0.693145751953125) - n * 1.42860682030941723212e-6;
    double p = 1.0 / 6227020800;
    p = p * r + 1.0 / 479001600;
    p = p * r + 1.0 / 39916800;
    p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * r + 1;
    p = p * r + 1;
    return p * bits<double>((bits<int64_t>(shifted) - bits<int64_t>(magic) + 1023) << 52);
}

// exp(x) - 1 for x <= 0, exact near zero.
inline float expm1_negative(float x) {
    x = x < -87.0f ? -87.0f : x;
    Reduced reduced = reduce(x);
    float scale = power_of_two(reduced.n);
    return scale * expm1_near_zero(reduced.r) + (scale - 1);
}

// log(1 + u) for u in [0, 1] as 2 artanh(s), s = u / (2 + u) <= 1/3.
inline float log1p_unit(float u) {
    float s = u / (2 + u);
    float q = s * s;
    float p = 1.0f / 15;
    p = p * q + 1.0f / 13;
    p = p * q + 1.0f / 11;
    p = p * q + 1.0f / 9;
    p = p * q + 1.0f / 7;
    p = p * q + 1.0f / 5;
    p = p * q + 1.0f / 3;
    return 2 * s + 2 * s * q * p;
}

inline float magnitude(float x) { return bits<float>(bits<int32_t>(x) & 0x7fffffff); }
inline float with_sign_of(float x, float sign) { return bits<float>((bits<int32_t>(x) & 0x7fffffff) | (bits<int32_t>(sign) & static_cast<int32_t>(0x80000000))); }

inline float softplus(float x) { return (x < 0 ? 0 : x) + log1p_unit(exp_negative(-magnitude(x))); }

inline float sigmoid(float x) {
    float u = exp_negative(-magnitude(x));
    return (x < 0 ? u : 1.0f) / (1 + u);
}

inline float tanh(float x) {
    float e = expm1_negative(-2 * magnitude(x));
    return with_sign_of(-e / (2 + e), x);
}
