using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster.Actors;

/// <summary>Tells people when the head does not answer, and when it does again. Nothing else depends on it.</summary>
internal sealed class HeadWatch(NodeScope scope)
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private const string Head = "The head";
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(5);

    /// <summary>A look that comes later than this was kept waiting with the whole process, and answers with it.</summary>
    private static readonly TimeSpan _mostLate = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = scope.Logger("VaeSweep.Node");
    private TimeSpan _heardAt = scope.Clock.Now;
    private TimeSpan _lookedAt = scope.Clock.Now;
    private TimeSpan? _awaySince;
    private string? _refusal;

    /// <summary>It does not answer, and people were told so.</summary>
    public bool IsAway => _awaySince is not null;

    /// <summary>To be called every <see cref="LookEvery"/>.</summary>
    public void Look()
    {
        var now = scope.Clock.Now;
        if (now - _lookedAt > LookEvery + _mostLate)
            _heardAt = now;
        _lookedAt = now;
        if (now - _heardAt > _longestSilence)
            Away(_refusal ?? $"it has not answered for {_longestSilence.TotalSeconds:0} s");
    }

    /// <summary>It has answered.</summary>
    public void Heard()
    {
        (_heardAt, _refusal) = (scope.Clock.Now, null);
        if (_awaySince is not { } since)
            return;
        _awaySince = null;
        var outage = _heardAt - since;
        Log.StoreRecovered(_logger, Head, outage.TotalSeconds);
        scope.Events.Publish(new StoreRecovered(outage));
    }

    /// <summary>It has answered, and does not serve this node.</summary>
    public void Refused(string reason) => _refusal = reason;

    /// <summary>The way to it is gone.</summary>
    public void Lost() => Away("the connection was lost");

    private void Away(string reason)
    {
        if (_awaySince is not null)
            return;
        _awaySince = scope.Clock.Now;
        Log.StoreUnreachable(_logger, Head, reason);
        scope.Events.Publish(new StoreUnreachable(reason));
    }
}
