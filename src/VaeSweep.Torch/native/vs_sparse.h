// A data matrix that is mostly zeros, such as a batch of binarised images: products with it skip them.
#ifndef VS_SPARSE_H
#define VS_SPARSE_H

#include "vs_kernels.h"
#include "vs_node.h"

#include <memory>
#include <vector>

namespace vs::kernel {

// The entries of one trial's x that are not zero, by row and (once a gradient needs them) by column.
class SparseInput {
public:
    // Null unless x is sparse enough to be worth it.
    static std::shared_ptr<SparseInput> of(int64_t rows, int64_t columns, const float* x, int64_t ld) {
        // Below, the dense product is over before the entries are listed.
        constexpr int64_t worthwhile = 64;
        int64_t capacity = rows * columns / sparse_below + 2 * columns + 64;
        if (columns < worthwhile || capacity > INT32_MAX) return nullptr;
        auto made = std::make_shared<SparseInput>(rows, columns);
        made->index_.reset(new int32_t[capacity]);
        made->value_.reset(new float[capacity]);
        made->count_ = kernels().list_entries(rows, columns, x, ld, made->start_.data(), made->index_.get(), made->value_.get());
        return made->count_ < 0 ? nullptr : made;
    }

    SparseInput(int64_t rows, int64_t columns) : rows_(rows), columns_(columns), start_(rows + 1) {}

    Entries by_row() const { return {start_.data(), index_.get(), value_.get()}; }

    Entries by_column() {
        if (column_start_.empty()) {
            column_start_.assign(columns_ + 1, 0);
            column_index_.reset(new int32_t[count_]);
            column_value_.reset(new float[count_]);
            for (int64_t e = 0; e < count_; e++) column_start_[index_[e] + 1]++;
            for (int64_t j = 0; j < columns_; j++) column_start_[j + 1] += column_start_[j];
            std::vector<int32_t> next(column_start_.begin(), column_start_.end() - 1);
            for (int64_t i = 0; i < rows_; i++)
                for (int32_t e = start_[i]; e < start_[i + 1]; e++) {
                    int32_t to = next[index_[e]]++;
                    column_index_[to] = static_cast<int32_t>(i);
                    column_value_[to] = value_[e];
                }
        }
        return {column_start_.data(), column_index_.get(), column_value_.get()};
    }

private:
    int64_t rows_, columns_, count_ = 0;
    std::vector<int32_t> start_, column_start_;
    std::unique_ptr<int32_t[]> index_, column_index_;
    std::unique_ptr<float[]> value_, column_value_;
};

using SparseInputs = std::vector<std::shared_ptr<SparseInput>>;

// One for each trial, or a single one where all share x; empty where x is no data: what needs a gradient is a hidden layer.
inline SparseInputs sparse_of(const at::Tensor& x, const Rows& rows) {
    SparseInputs sparse;
    if (!x.requires_grad())
        for (int64_t m = 0; m < (rows.trial == 0 ? 1 : x.size(0)); m++) sparse.push_back(SparseInput::of(x.size(1), x.size(2), rows.at(m, 0), rows.row));
    return sparse;
}

inline SparseInput* entries_of(const SparseInputs& sparse, const Rows& rows, int64_t trial) { return sparse.empty() ? nullptr : sparse[rows.trial == 0 ? 0 : trial].get(); }

}  // namespace vs::kernel

#endif
