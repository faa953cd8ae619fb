// Element by element: activations, densities, samples. Sums run in a fixed number of lanes, whatever the vector's width.

constexpr int lanes = 32;

// Sums f(i) over [0, n) in lanes.
template <typename T, typename F>
inline T sum_in_lanes(int64_t n, F f) {
    T sums[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (int j = 0; j < lanes; j++) sums[j] += f(i + j);
    for (int j = 0; i < n; i++, j++) sums[j] += f(i);
    T total = 0;
    for (int j = 0; j < lanes; j++) total += sums[j];
    return total;
}

void activate(int64_t n, float* __restrict y, int32_t activation, float slope) {
    switch (activation) {
        case 1:
            for (int64_t i = 0; i < n; i++) y[i] = softplus(y[i]);
            break;
        case 2:
            for (int64_t i = 0; i < n; i++) y[i] = y[i] < 0 ? 0 : y[i];
            break;
        case 3:
            for (int64_t i = 0; i < n; i++) y[i] = y[i] < 0 ? slope * y[i] : y[i];
            break;
        case 4:
            for (int64_t i = 0; i < n; i++) y[i] = tanh(y[i]);
            break;
        case 5:
            for (int64_t i = 0; i < n; i++) y[i] = sigmoid(y[i]);
            break;
        default:
            break;
    }
}

// Each derivative from the value alone: that of the softplus is 1 - exp(-y).
void derivative(int64_t n, const float* y, const float* upstream, float* g, int32_t activation, float slope) {
    switch (activation) {
        case 1:
            for (int64_t i = 0; i < n; i++) g[i] = upstream[i] * -expm1_negative(-y[i]);
            break;
        case 2:
            for (int64_t i = 0; i < n; i++) g[i] = y[i] > 0 ? upstream[i] : 0;
            break;
        case 3:
            for (int64_t i = 0; i < n; i++) g[i] = y[i] > 0 ? upstream[i] : slope * upstream[i];
            break;
        case 4:
            for (int64_t i = 0; i < n; i++) g[i] = upstream[i] * (1 - y[i] * y[i]);
            break;
        case 5:
            for (int64_t i = 0; i < n; i++) g[i] = upstream[i] * (y[i] * (1 - y[i]));
            break;
        default:
            if (g != upstream)
                for (int64_t i = 0; i < n; i++) g[i] = upstream[i];
            break;
    }
}

void activate_backward(int64_t rows, int64_t columns, const float* y, const float* upstream, float* g, float* sums, int32_t activation, float slope) {
    if (activation != 0 || g != upstream) derivative(rows * columns, y, upstream, g, activation, slope);
    if (sums == nullptr) return;
    // Sums of sums, so that a hundred thousand rows lose no more digits than a hundred do.
    constexpr int64_t block = 128, strip = 512;
    for (int64_t from = 0; from < columns; from += strip) {
        int64_t wide = std::min(strip, columns - from);
        float total[strip] = {};
        for (int64_t start = 0; start < rows; start += block) {
            float partial[strip] = {};
            for (int64_t i = start; i < std::min(rows, start + block); i++)
                for (int64_t j = 0; j < wide; j++) partial[j] += g[i * columns + from + j];
            for (int64_t j = 0; j < wide; j++) total[j] += partial[j];
        }
        for (int64_t j = 0; j < wide; j++) sums[from + j] = total[j];
    }
}

float bernoulli(int64_t n, const float* __restrict l, const float* __restrict x, float* __restrict gradient) {
    if (gradient == nullptr) return sum_in_lanes<float>(n, [&](int64_t i) { return x[i] * l[i] - softplus(l[i]); });
    return sum_in_lanes<float>(n, [&](int64_t i) {
        float u = exp_negative(-magnitude(l[i]));
        gradient[i] = x[i] - (l[i] < 0 ? u : 1.0f) / (1 + u);
        return x[i] * l[i] - ((l[i] < 0 ? 0 : l[i]) + log1p_unit(u));
    });
}

void scale(int64_t n, float a, const float* __restrict in, float* __restrict out) {
    for (int64_t i = 0; i < n; i++) out[i] = a * in[i];
}

float gaussian(int64_t n, const float* x, const float* mean, const float* logvar) {
    constexpr float log_two_pi = 1.83787706640934548f;
    float sum = sum_in_lanes<float>(n, [&](int64_t i) {
        float distance = x[i] - mean[i];
        return log_two_pi + logvar[i] + distance * distance * exp(-logvar[i]);
    });
    return -0.5f * sum;
}

void gaussian_backward(int64_t n, float a, const float* x, const float* mean, const float* logvar, float* dx, float* dmean, float* dlogvar) {
    for (int64_t i = 0; i < n; i++) {
        float distance = x[i] - mean[i], precision = exp(-logvar[i]);
        float pull = a * distance * precision;
        if (dx != nullptr) dx[i] -= pull;
        if (dmean != nullptr) dmean[i] += pull;
        if (dlogvar != nullptr) dlogvar[i] += 0.5f * (pull * distance - a);
    }
}

void kl_units(int64_t n, const float* __restrict mu, const float* __restrict logvar, float* __restrict kl, float* __restrict std) {
    for (int64_t i = 0; i < n; i++) {
        float deviation = exp(0.5f * logvar[i]);
        std[i] = deviation;
        kl[i] = 0.5f * (deviation * deviation + mu[i] * mu[i] - 1 - logvar[i]);
    }
}

void sample(int64_t n, const float* __restrict mu, const float* __restrict std, const float* __restrict eps, float* __restrict z) {
    for (int64_t i = 0; i < n; i++) z[i] = mu[i] + std[i] * eps[i];
}

void sample_backward(int64_t n, const float* __restrict dz, const float* __restrict eps, const float* __restrict std, float* __restrict dmu, float* __restrict dlogvar) {
    for (int64_t i = 0; i < n; i++) {
        dmu[i] += dz[i];
        dlogvar[i] += 0.5f * dz[i] * eps[i] * std[i];
    }
}

void kl_backward(int64_t n, const float* __restrict dkl, const float* __restrict mu, const float* __restrict std, float* __restrict dmu, float* __restrict dlogvar) {
    for (int64_t i = 0; i < n; i++) {
        dmu[i] = dkl[i] * mu[i];
        dlogvar[i] = 0.5f * dkl[i] * (std[i] * std[i] - 1);
    }
}
