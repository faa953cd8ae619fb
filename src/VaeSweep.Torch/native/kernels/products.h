// Matrix products for the sizes of small VAEs, where BLAS spends a quarter of its time outside its inner loop.
// Both factors are copied into the order in which the inner loop reads them; that is also where they are transposed.

#ifdef VS_VECTOR

// Columns of b that one tile covers. The last panel has up to three vectors: one vector alone is done at half speed, and 300 = 9 * 32 + 12.
constexpr int panel = 2 * width;
constexpr int last_panel = 3 * width;
// A panel of this depth and a tile's rows of a (32 and 16 KiB on AVX-512) just fit the first-level cache.
constexpr int64_t depth_at_most = 256;
// All panels that are packed at once (160 KiB) stay in the second-level cache while all tiles of a pass by them.
constexpr int64_t block_at_most = 40 * 1024;
constexpr int64_t rows_that_stay = 512;

struct Room {
    alignas(64) float b[block_at_most + depth_at_most * width];
    alignas(64) float a[(rows_that_stay / tile_rows + 2) * depth_at_most * width];
};

// Fetches a block of memory line by line, a line every few steps of an inner loop that does not wait for it.
struct Ahead {
    const char* row = nullptr;
    int64_t bytes_between = 0;
    int64_t lines = 0, rows = 0, line = 0;

    static Ahead of(const float* from, int64_t ld, int64_t rows, int64_t columns) {
        auto start = reinterpret_cast<uintptr_t>(from) & ~static_cast<uintptr_t>(63);
        // Rows rarely begin at a line's start, so one more.
        return {reinterpret_cast<const char*>(start), ld * 4, columns / 16 + 1, rows, 0};
    }

    inline void fetch() {
        if (rows <= 0) return;
        __builtin_prefetch(row + line * 64, 0, 2);
        if (++line == lines) {
            line = 0;
            row += bytes_between;
            rows--;
        }
    }
};

inline int64_t columns_at(int64_t from, int64_t to) { return to - from <= last_panel ? to - from : panel; }
inline int padded(int64_t columns) { return static_cast<int>((columns + width - 1) / width * width); }

// depth x columns of b as panels one after another, zeros beyond the columns. Goes along b's rows: a stream that the processor fetches ahead,
// unlike one panel's piece of each row.
inline void pack(int64_t depth, int64_t columns, const float* b, int64_t ld, float* to) {
    for (int64_t k = 0; k < depth; k++) {
        float* start = to;
        for (int64_t j = 0, here; j < columns; j += here) {
            here = columns_at(j, columns);
            int wide = padded(here);
            const float* from = b + k * ld + j;
            float* row = start + k * wide;
            for (int v = 0; v < wide; v += width) store(row + v, here - v >= width ? load(from + v) : load(from + v, Lanes(here - v)));
            start += depth * wide;
        }
    }
}

// One panel from columns x depth. Writes up to a vector's width of rows beyond the depth.
inline void pack_transposed(int64_t depth, int64_t columns, const float* b, int64_t ld, float* to) {
    int wide = padded(columns);
    for (int64_t k = 0; k < depth; k += width)
        for (int v = 0; v < wide; v += width) transpose(b + v * ld + k, ld, columns - v, Lanes(depth - k), to + k * wide + v, wide);
}

// c's Rows x columns from a[k * lda + r] and a panel of b.
template <int Rows, int Vectors, bool Once>
inline void tile(int64_t depth, const float* a, int64_t lda, const float* b, const float* bias, bool first, float* c, int64_t ldc, int64_t columns, Ahead& ahead) {
    constexpr int64_t steps_a_line = 2, distance = 10;
    Vec sum[Rows][Vectors];
    for (int v = 0; v < Vectors; v++) {
        Lanes lanes(columns - v * width);
        for (int r = 0; r < Rows; r++)
            sum[r][v] = !first ? load(c + r * ldc + v * width, lanes) : bias != nullptr ? load(bias + v * width, lanes) : zero();
    }
    // One body, not unrolled and not shared through a lambda: otherwise GCC keeps some of the 28 sums in memory, at a third of the speed.
#pragma GCC unroll 1
    for (int64_t k = 0; k < depth; k++, a += lda, b += Vectors * width) {
        if (k % steps_a_line == 0) ahead.fetch();
        // The processor's own prefetcher does not follow streams as short as these.
        __builtin_prefetch(a + distance * lda, 0, 3);
        if (Once)
            for (int v = 0; v < Vectors; v++) __builtin_prefetch(b + (distance * Vectors + v) * width, 0, 3);
        Vec column[Vectors];
        for (int v = 0; v < Vectors; v++) column[v] = load(b + v * width);
#pragma GCC unroll 16
        for (int r = 0; r < Rows; r++) {
            Vec row = all(a[r]);
            for (int v = 0; v < Vectors; v++) sum[r][v] = fma(row, column[v], sum[r][v]);
        }
    }
    for (int v = 0; v < Vectors; v++) {
        Lanes lanes(columns - v * width);
        for (int r = 0; r < Rows; r++) store(c + r * ldc + v * width, sum[r][v], lanes);
    }
}

template <int Vectors, bool Once, int Rows>
inline void tile_of(int rows, int64_t depth, const float* a, int64_t lda, const float* b, const float* bias, bool first, float* c, int64_t ldc, int64_t columns,
                    Ahead& ahead) {
    if constexpr (Rows > 0) {
        if (rows == Rows) tile<Rows, Vectors, Once>(depth, a, lda, b, bias, first, c, ldc, columns, ahead);
        else tile_of<Vectors, Once, Rows - 1>(rows, depth, a, lda, b, bias, first, c, ldc, columns, ahead);
    }
}

// A tile of up to tile_rows rows and last_panel columns.
template <bool Once>
void any_tile(int rows, int64_t depth, const float* a, int64_t lda, const float* b, const float* bias, bool first, float* c, int64_t ldc, int64_t columns, Ahead& ahead) {
    if (columns > panel) {
        // Three vectors a row leave registers for half as many rows.
        constexpr int half = (tile_rows + 1) / 2;
        int upper = std::min(rows, half);
        tile_of<3, Once, half>(upper, depth, a, lda, b, bias, first, c, ldc, columns, ahead);
        if (rows > upper) tile_of<3, Once, half>(rows - upper, depth, a + upper, lda, b, bias, first, c + upper * ldc, ldc, columns, ahead);
    } else if (columns > width) {
        tile_of<2, Once, tile_rows>(rows, depth, a, lda, b, bias, first, c, ldc, columns, ahead);
    } else {
        tile_of<1, Once, tile_rows>(rows, depth, a, lda, b, bias, first, c, ldc, columns, ahead);
    }
}

void product(int64_t m, int64_t n, int64_t k, Matrix a, Matrix b, const float* bias, bool add, float* c, int64_t ldc) {
    static thread_local Room room;
    int64_t slices = std::max<int64_t>(1, (k + depth_at_most - 1) / depth_at_most);
    // Equal slices, a whole number of vectors each, so that only the last one has a remainder.
    int64_t slice = ((k + slices - 1) / slices + width - 1) / width * width;
    int64_t blocks = (n * slice + block_at_most - 1) / block_at_most;
    int64_t wide = std::min(((n + blocks - 1) / blocks + panel - 1) / panel * panel, block_at_most / slice / panel * panel);
    int64_t tiles = (m + tile_rows - 1) / tile_rows, apart = slice * width;
    auto first_row = [&](int64_t t) { return m * t / tiles; };  // Tiles of equal height: seven of 14 rows and one of 2 would waste the last.
    auto pack_a = [&](int64_t t, int64_t k0, int64_t depth, float* to) {
        // A transposed a is in order already: the inputs of a weight's gradient.
        if (!a.transposed) pack_transposed(depth, first_row(t + 1) - first_row(t), a.data + first_row(t) * a.ld + k0, a.ld, to);
    };
    auto run = [&](auto once, int64_t t, int64_t j, int64_t columns, int64_t k0, int64_t depth, const float* left, const float* right, Ahead& ahead) {
        int64_t from = first_row(t), rows = first_row(t + 1) - from;
        any_tile<decltype(once)::value>(static_cast<int>(rows), depth, a.transposed ? a.data + k0 * a.ld + from : left, a.transposed ? a.ld : width, right,
                                        bias == nullptr ? nullptr : bias + j, k0 == 0 && !add, c + from * ldc + j, ldc, columns, ahead);
    };
    // A small a stays in the second-level cache by itself, and one panel in the first: then each panel meets all tiles in turn. A large a, or a
    // large c as a weight's gradient is, had better be gone through once: each tile meets all panels in turn.
    bool small = !a.transposed && m <= rows_that_stay;
    for (int64_t k0 = 0; k0 == 0 || k0 < k; k0 += slice) {
        int64_t depth = std::min(slice, k - k0);
        if (small)
            for (int64_t t = 0; t < tiles; t++) pack_a(t, k0, depth, room.a + t * apart);
        for (int64_t n0 = 0; n0 < n; n0 += wide) {
            int64_t n1 = std::min(n, n0 + wide);
            float* to = room.b;
            if (!b.transposed) pack(depth, n1 - n0, b.data + k0 * b.ld + n0, b.ld, to);
            else
                for (int64_t j = n0; j < n1; to += depth * padded(columns_at(j, n1)), j += columns_at(j, n1))
                    pack_transposed(depth, columns_at(j, n1), b.data + j * b.ld + k0, b.ld, to);

            bool across = n1 < n;
            int64_t next_k = across ? k0 : k0 + slice, next_n = across ? n1 : 0, next_depth = std::min(slice, k - next_k), next_wide = std::min(wide, n - next_n);
            Ahead ahead = next_k >= k    ? Ahead()
                          : b.transposed ? Ahead::of(b.data + next_n * b.ld + next_k, b.ld, next_wide, next_depth)
                                         : Ahead::of(b.data + next_k * b.ld + next_n, b.ld, next_depth, next_wide);
            const float* right = room.b;
            if (small) {
                for (int64_t j = n0, columns; j < n1; j += columns) {
                    columns = columns_at(j, n1);
                    for (int64_t t = 0; t < tiles; t++) run(std::false_type(), t, j, columns, k0, depth, room.a + t * apart, right, ahead);
                    right += depth * padded(columns);
                }
                continue;
            }
            for (int64_t t = 0; t < tiles; t++) {
                pack_a(t, k0, depth, room.a);
                right = room.b;
                for (int64_t j = n0, columns; j < n1; j += columns) {
                    columns = columns_at(j, n1);
                    run(std::true_type(), t, j, columns, k0, depth, room.a, right, ahead);
                    right += depth * padded(columns);
                }
            }
        }
    }
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
