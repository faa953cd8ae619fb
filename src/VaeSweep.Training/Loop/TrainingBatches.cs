using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>The training images of one epoch, each trial's in its own order.</summary>
internal sealed class TrainingBatches : IDisposable
{
    private readonly ImageRows _rows;
    private readonly int[][] _orders;
    private readonly Tensor? _images;
    private readonly Tensor? _order;

    /// <param name="images">As this epoch sees them; the same for all trials.</param>
    /// <param name="seeds">One a trial.</param>
    public TrainingBatches(ImageRows images, IReadOnlyList<long> seeds, int epoch, Device device)
    {
        _rows = images;
        Count = images.Count;
        _orders = new int[seeds.Count][];
        for (var m = 0; m < seeds.Count; m++)
        {
            _orders[m] = new int[Count];
            EpochOrder.Permutation(seeds[m], epoch, Count, _orders[m]);
        }

        if (ImageBatches.StayOn(device))
        {
            using var scope = NewDisposeScope();
            _images = ImageBatches.Resident(images, device).DetachFromDisposeScope();
            _order = torch.tensor([.. _orders.SelectMany(order => order.Select(row => (long)row))], [seeds.Count, Count],
                dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        }
    }

    public int Count { get; }

    /// <summary>Images start .. start + count of each trial's order, [M, count, D]; belongs to the current scope.</summary>
    public Tensor Batch(int start, int count)
    {
        if (_images is not null)
        {
            return _images.index_select(0, _order!.narrow(1, start, count).reshape(-1))
                .view(_orders.Length, count, _rows.Dimensions);
        }

        var batch = torch.empty([_orders.Length, count, _rows.Dimensions], ScalarType.Float32, CPU);
        var values = batch.Span<float>();
        var length = count * _rows.Dimensions;
        for (var m = 0; m < _orders.Length; m++)
            _rows.Gather(_orders[m].AsSpan(start, count), values.Slice(m * length, length));

        return batch;
    }

    public void Dispose()
    {
        _images?.Dispose();
        _order?.Dispose();
    }
}
