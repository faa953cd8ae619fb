// Matrix products for the sizes of small VAEs, where BLAS spends a quarter of its time outside its inner loop.
// b is copied strip by strip into a zero-padded panel (this is also where it is transposed); a is read where it is.

#ifdef VS_VECTOR

constexpr int panel = 2 * width;
// A tile of a of this depth (14 KiB on AVX-512) stays in the first-level cache while all panels pass by it.
constexpr int64_t depth_at_most = 256;
// All panels of a block together (160 KiB) stay in the second-level cache while all tiles of a pass by them.
constexpr int64_t block_at_most = 40 * 1024;

constexpr int64_t rows_that_stay = 512;

struct Block {
    alignas(64) float data[block_at_most];
};

// Copies rows [0, depth) and columns [0, columns) of b into the panel, `wide` floats a row, zeros beyond the columns.
inline void pack(int64_t depth, int64_t columns, int wide, const float* b, int64_t ld, float* to) {
    for (int v = 0; v < wide; v += width) {
        Lanes lanes(columns - v);
        for (int64_t k = 0; k < depth; k++) store(to + k * wide + v, load(b + k * ld + v, lanes));
    }
}

inline void pack_transposed(int64_t depth, int64_t columns, int wide, const float* b, int64_t ld, float* to) {
    for (int v = 0; v < wide; v += width) {
        int64_t here = std::min<int64_t>(width, columns - v);
        for (int64_t k = 0; k < depth; k += width) {
            const float* from = b + v * ld + k;
            if (here == width && k + width <= depth) {
                transpose(from, ld, to + k * wide + v, wide);
                continue;
            }
            for (int64_t i = 0; i < std::min<int64_t>(width, depth - k); i++)
                for (int64_t j = 0; j < width; j++) to[(k + i) * wide + v + j] = j < here ? from[j * ld + i] : 0;
        }
    }
}

template <int Rows, int Vectors, bool Transposed>
inline void tile(int64_t depth, const float* a, int64_t lda, const float* b, const float* bias, bool first, float* c, int64_t ldc, int64_t columns) {
    Vec sum[Rows][Vectors];
    for (int v = 0; v < Vectors; v++) {
        Lanes lanes(columns - v * width);
        for (int r = 0; r < Rows; r++)
            sum[r][v] = !first ? load(c + r * ldc + v * width, lanes) : bias != nullptr ? load(bias + v * width, lanes) : zero();
    }
    for (int64_t k = 0; k < depth; k++) {
        Vec column[Vectors];
        for (int v = 0; v < Vectors; v++) column[v] = load(b + (k * Vectors + v) * width);
#pragma GCC unroll 16
        for (int r = 0; r < Rows; r++) {
            Vec row = all(Transposed ? a[k * lda + r] : a[r * lda + k]);
            for (int v = 0; v < Vectors; v++) sum[r][v] = fma(row, column[v], sum[r][v]);
        }
    }
    for (int v = 0; v < Vectors; v++) {
        Lanes lanes(columns - v * width);
        for (int r = 0; r < Rows; r++) store(c + r * ldc + v * width, sum[r][v], lanes);
    }
}

template <int Vectors, bool Transposed, int Rows = tile_rows>
inline void tile_of(int rows, int64_t depth, const float* a, int64_t lda, const float* b, const float* bias, bool first, float* c, int64_t ldc, int64_t columns) {
    if constexpr (Rows > 0) {
        if (rows == Rows) tile<Rows, Vectors, Transposed>(depth, a, lda, b, bias, first, c, ldc, columns);
        else tile_of<Vectors, Transposed, Rows - 1>(rows, depth, a, lda, b, bias, first, c, ldc, columns);
    }
}

template <bool Transposed>
void product_of(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, Matrix b, const float* bias, float* c, int64_t ldc) {
    static thread_local Block block;
    int64_t slices = std::max<int64_t>(1, (k + depth_at_most - 1) / depth_at_most);
    // Equal slices, a whole number of vectors each, so that only the last one is transposed with a remainder.
    int64_t slice = ((k + slices - 1) / slices + width - 1) / width * width;
    // A small a stays in the second-level cache by itself, and one panel in the first: then each panel meets all tiles in turn. A large a, or
    // a large c as in a weight's gradient, had better be gone through once.
    int64_t wide = panel;
    if (Transposed || m > rows_that_stay) {
        int64_t blocks = (n * slice + block_at_most - 1) / block_at_most;
        wide = std::min(((n + blocks - 1) / blocks + panel - 1) / panel * panel, block_at_most / slice / panel * panel);
    }
    int64_t tiles = (m + tile_rows - 1) / tile_rows;
    for (int64_t n0 = 0; n0 < n; n0 += wide) {
        int64_t n1 = std::min(n, n0 + wide);
        for (int64_t k0 = 0; k0 == 0 || k0 < k; k0 += slice) {
            int64_t depth = std::min(slice, k - k0);
            float* to = block.data;
            for (int64_t j = n0; j < n1; j += panel) {
                int64_t columns = std::min<int64_t>(panel, n1 - j);
                int padded = columns > width ? panel : width;
                if (b.transposed) pack_transposed(depth, columns, padded, b.data + j * b.ld + k0, b.ld, to);
                else pack(depth, columns, padded, b.data + k0 * b.ld + j, b.ld, to);
                to += depth * padded;
            }
            for (int64_t t = 0; t < tiles; t++) {
                // Tiles of equal height: seven of 14 rows and one of 2 would waste the last one.
                int64_t from = m * t / tiles, rows = m * (t + 1) / tiles - from;
                const float* left = Transposed ? a + k0 * lda + from : a + from * lda + k0;
                const float* right = block.data;
                for (int64_t j = n0; j < n1; j += panel) {
                    int64_t columns = std::min<int64_t>(panel, n1 - j);
                    const float* start = bias == nullptr ? nullptr : bias + j;
                    float* out = c + from * ldc + j;
                    if (columns > width) tile_of<2, Transposed>(static_cast<int>(rows), depth, left, lda, right, start, k0 == 0, out, ldc, columns);
                    else tile_of<1, Transposed>(static_cast<int>(rows), depth, left, lda, right, start, k0 == 0, out, ldc, columns);
                    right += depth * (columns > width ? panel : width);
                }
            }
        }
    }
}

void product(int64_t m, int64_t n, int64_t k, Matrix a, Matrix b, const float* bias, float* c, int64_t ldc) {
    if (a.transposed) product_of<true>(m, n, k, a.data, a.ld, b, bias, c, ldc);
    else product_of<false>(m, n, k, a.data, a.ld, b, bias, c, ldc);
}

// --- products with a matrix that is mostly zeros, such as a binarised image ---

int64_t list_entries(int64_t rows, int64_t columns, const float* x, int64_t ld, int32_t* start, int32_t* index, float* value) {
    // Some room at first: a dark image may follow a bright one.
    const int64_t slack = 4 * columns / sparse_below;
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++) {
        start[i] = static_cast<int32_t>(count);
        const float* row = x + i * ld;
        int64_t j = 0;
#if defined(__AVX512F__)
        __m512i at = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        for (; j + width <= columns; j += width, at = _mm512_add_epi32(at, _mm512_set1_epi32(width))) {
            Vec v = load(row + j);
            __mmask16 lit = _mm512_cmp_ps_mask(v, zero(), _CMP_NEQ_UQ);
            _mm512_storeu_si512(index + count, _mm512_maskz_compress_epi32(lit, at));
            _mm512_storeu_ps(value + count, _mm512_maskz_compress_ps(lit, v));
            count += __builtin_popcount(lit);
        }
#endif
        for (; j < columns; j++) {
            index[count] = static_cast<int32_t>(j);
            value[count] = row[j];
            count += row[j] != 0;
        }
        if (count > (i + 1) * columns / sparse_below + slack) return -1;
    }
    start[rows] = static_cast<int32_t>(count);
    return count > rows * columns / sparse_below ? -1 : count;
}

template <int Vectors>
inline void gather(int64_t lines, Entries e, const float* w, int64_t ldw, const float* bias, float* y, int64_t ldy, int64_t columns) {
    Lanes last(columns - (Vectors - 1) * width);
    for (int64_t i = 0; i < lines; i++) {
        Vec sum[Vectors];
        for (int v = 0; v < Vectors; v++) sum[v] = bias == nullptr ? zero() : v == Vectors - 1 ? load(bias + v * width, last) : load(bias + v * width);
        for (int32_t s = e.start[i]; s < e.start[i + 1]; s++) {
            const float* row = w + e.index[s] * ldw;
            Vec value = all(e.value[s]);
            for (int v = 0; v < Vectors - 1; v++) sum[v] = fma(value, load(row + v * width), sum[v]);
            sum[Vectors - 1] = fma(value, load(row + (Vectors - 1) * width, last), sum[Vectors - 1]);
        }
        for (int v = 0; v < Vectors - 1; v++) store(y + i * ldy + v * width, sum[v]);
        store(y + i * ldy + (Vectors - 1) * width, sum[Vectors - 1], last);
    }
}

template <int Vectors>
inline void gather_of(int vectors, int64_t lines, Entries e, const float* w, int64_t ldw, const float* bias, float* y, int64_t ldy, int64_t columns) {
    if constexpr (Vectors > 0) {
        if (vectors == Vectors) gather<Vectors>(lines, e, w, ldw, bias, y, ldy, columns);
        else gather_of<Vectors - 1>(vectors, lines, e, w, ldw, bias, y, ldy, columns);
    }
}

void gather_rows(int64_t lines, int64_t wide, Entries entries, const float* w, int64_t ldw, const float* bias, float* y, int64_t ldy) {
    // Eight or more sums hide the latency of one addition behind the others.
    constexpr int at_most = 10;
    int64_t vectors = (wide + width - 1) / width, strips = (vectors + at_most - 1) / at_most;
    for (int64_t s = 0; s < strips; s++) {
        int64_t from = vectors * s / strips, to = vectors * (s + 1) / strips;
        int64_t at = from * width, columns = std::min(wide, to * width) - at;
        gather_of<at_most>(static_cast<int>(to - from), lines, entries, w + at, ldw, bias == nullptr ? nullptr : bias + at, y + at, ldy, columns);
    }
}

#endif
