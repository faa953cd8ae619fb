namespace VaeSweep.Cluster.Files;

/// <summary>How long each step of something may take; all of it may take for ever.</summary>
internal sealed class Patience(TimeSpan each, CancellationToken cancellationToken) : IDisposable
{
    private readonly CancellationTokenSource _late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Begins a step.</summary>
    public CancellationToken Next()
    {
        _late.CancelAfter(each);
        return _late.Token;
    }

    public void Dispose() => _late.Dispose();
}
