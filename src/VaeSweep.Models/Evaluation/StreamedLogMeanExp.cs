namespace VaeSweep.Models.Evaluation;

/// <summary>Log of the mean of exp over samples that come in chunks, in float64 and in memory that does not grow with their
/// number.</summary>
/// <remarks>Keeps the running maximum m and the sum of exp(a - m), rescaled when a chunk raises m.</remarks>
internal sealed class StreamedLogMeanExp : IDisposable
{
    private Tensor? _max;
    private Tensor? _sum;
    private long _samples;

    /// <param name="values">[M, K, B], a chunk of K samples.</param>
    public void Add(Tensor values)
    {
        using var scope = NewDisposeScope();
        var chunk = values.to(ScalarType.Float64);
        var chunkMax = chunk.amax([1]);
        var max = _max is null ? chunkMax : torch.maximum(_max, chunkMax);
        // Where every weight so far is zero the maximum is -inf, and -inf - -inf would be NaN; zero stands in for it there.
        var shift = torch.where(max.isfinite(), max, torch.zeros_like(max));
        var sum = (chunk - shift.unsqueeze(1)).exp().sum([1]);
        if (_max is not null)
            sum = sum + _sum! * (_max - shift).exp();

        _samples += values.size(1);
        Replace(ref _max, max);
        Replace(ref _sum, sum);
    }

    /// <returns>[M, B], float64.</returns>
    public Tensor Result()
    {
        var (max, sum) = (_max ?? throw new InvalidOperationException("no samples were added."), _sum!);
        using var scope = NewDisposeScope();
        var shift = torch.where(max.isfinite(), max, torch.zeros_like(max));
        return (sum.log() + shift - Math.Log(_samples)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _max?.Dispose();
        _sum?.Dispose();
    }

    private static void Replace(ref Tensor? kept, Tensor fresh)
    {
        kept?.Dispose();
        kept = fresh.DetachFromDisposeScope();
    }
}
