namespace VaeSweep.Results;

/// <summary>Takes from a stream, which comes trial by trial, what belongs to one trial after the other: several streams are read
/// side by side in bounded memory.</summary>
/// <param name="trialOf">The trial that an item belongs to.</param>
internal sealed class TrialByTrial<T>(IAsyncEnumerable<T> stream, Func<T, string> trialOf, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly IAsyncEnumerator<T> _items = stream.GetAsyncEnumerator(cancellationToken);
    private bool _begun;
    private bool _left;

    public ValueTask DisposeAsync() => _items.DisposeAsync();

    /// <returns>What the trial has; trials must be asked for in the stream's order, and may be left out only where the stream has
    /// nothing of them.</returns>
    public async Task<IReadOnlyList<T>> OfAsync(string trial)
    {
        if (!_begun)
            (_begun, _left) = (true, await _items.MoveNextAsync());

        var own = new List<T>();
        while (_left && trialOf(_items.Current) == trial)
        {
            own.Add(_items.Current);
            _left = await _items.MoveNextAsync();
        }

        return own;
    }
}
