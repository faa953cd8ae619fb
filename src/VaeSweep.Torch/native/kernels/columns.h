// Gates, batch normalisation and mixtures: whole layers' elements in as few passes over memory as they allow.

void gate(int64_t n, float* __restrict value, const float* __restrict gate) {
    for (int64_t i = 0; i < n; i++) value[i] *= gate[i];
}

void gate_backward(int64_t n, const float* __restrict dy, const float* __restrict value, const float* __restrict gate, float* __restrict dvalue, float* __restrict dpre) {
    for (int64_t i = 0; i < n; i++) {
        float through = dy[i] * gate[i];
        dvalue[i] = through;
        dpre[i] = through * value[i] * (1 - gate[i]);
    }
}

constexpr int64_t row_block = 128, column_strip = 512;

// Sums f(row, column) over the rows of each column in [from, from + wide). Sums of sums, so that many rows lose no more digits than few do.
template <typename F>
inline void column_sums(int64_t rows, int64_t from, int64_t wide, float* __restrict total, F f) {
    for (int64_t j = 0; j < wide; j++) total[j] = 0;
    for (int64_t start = 0; start < rows; start += row_block) {
        float partial[column_strip] = {};
        int64_t end = std::min(rows, start + row_block);
        for (int64_t i = start; i < end; i++)
            for (int64_t j = 0; j < wide; j++) partial[j] += f(i, from + j);
        for (int64_t j = 0; j < wide; j++) total[j] += partial[j];
    }
}

void moments(int64_t rows, int64_t columns, const float* __restrict x, float* __restrict mean, float* __restrict variance) {
    float share = 1.0f / rows;
    for (int64_t from = 0; from < columns; from += column_strip) {
        int64_t wide = std::min(column_strip, columns - from);
        float* middle = mean + from;
        column_sums(rows, from, wide, middle, [&](int64_t i, int64_t j) { return x[i * columns + j]; });
        for (int64_t j = 0; j < wide; j++) middle[j] *= share;
        float* spread = variance + from;
        column_sums(rows, from, wide, spread, [&](int64_t i, int64_t j) {
            float distance = x[i * columns + j] - mean[j];
            return distance * distance;
        });
        for (int64_t j = 0; j < wide; j++) spread[j] *= share;
    }
}

void normalise(int64_t rows, int64_t columns, const float* __restrict x, const float* __restrict mean, const float* __restrict scale, const float* __restrict bias,
               float* __restrict y, int32_t activation, float slope) {
    for (int64_t i = 0; i < rows; i++) {
        const float* from = x + i * columns;
        float* to = y + i * columns;
        for (int64_t j = 0; j < columns; j++) to[j] = (from[j] - mean[j]) * scale[j] + bias[j];
        activate(columns, to, activation, slope);
    }
}

void normalise_backward(int64_t rows, int64_t columns, const float* __restrict x, const float* __restrict mean, const float* __restrict root,
                        const float* __restrict weight, const float* y, const float* dy, float* __restrict dx, float* __restrict dweight, float* __restrict dbias,
                        int32_t activation, float slope) {
    // dx holds the gradient before the activation until the sums are known.
    derivative(rows * columns, y, dy, dx, activation, slope);
    float share = 1.0f / rows;
    for (int64_t from = 0; from < columns; from += column_strip) {
        int64_t wide = std::min(column_strip, columns - from);
        column_sums(rows, from, wide, dbias + from, [&](int64_t i, int64_t j) { return dx[i * columns + j]; });
        column_sums(rows, from, wide, dweight + from, [&](int64_t i, int64_t j) { return dx[i * columns + j] * ((x[i * columns + j] - mean[j]) * root[j]); });
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = from; j < from + wide; j++) {
                float unit = (x[i * columns + j] - mean[j]) * root[j];
                dx[i * columns + j] = weight[j] * root[j] * (dx[i * columns + j] - share * (dbias[j] + unit * dweight[j]));
            }
        }
    }
}

template <typename T>
void log_sum_exp(int64_t rows, int64_t columns, const T* __restrict a, T* __restrict out) {
    constexpr T infinity = std::numeric_limits<T>::infinity();
    for (int64_t i = 0; i < rows; i++) {
        const T* row = a + i * columns;
        T most[lanes];
        for (int j = 0; j < lanes; j++) most[j] = -infinity;
        int64_t at = 0;
        for (; at + lanes <= columns; at += lanes)
            for (int j = 0; j < lanes; j++) most[j] = most[j] > row[at + j] ? most[j] : row[at + j];
        T top = -infinity;
        for (int j = 0; j < lanes; j++) top = top > most[j] ? top : most[j];
        for (; at < columns; at++) top = top > row[at] ? top : row[at];
        if (!(top > -infinity && top < infinity)) {
            // Nothing to sum, or no finite sum. A NaN may have hidden from the comparisons.
            out[i] = top;
            for (int64_t j = 0; j < columns; j++)
                if (row[j] != row[j]) out[i] = row[j];
            continue;
        }
        T sum = sum_in_lanes<T>(columns, [&](int64_t j) { return exp_negative(row[j] - top); });
        out[i] = top + std::log(sum);
    }
}
