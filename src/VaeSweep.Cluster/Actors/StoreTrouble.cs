using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster.Actors;

/// <summary>Tells a person once that the store cannot be used, and once that it can again. From any thread.</summary>
internal sealed class StoreTrouble(TimeProvider time, ILogger logger, Action<NodeEvent>? onEvent)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Source> _sources = [];
    private long _since;

    /// <summary>Who has noticed it.</summary>
    public enum Source
    {
        /// <summary>A commit waits for better times, such as room on the disk.</summary>
        Waiting,

        /// <summary>A step has failed.</summary>
        Failing,
    }

    /// <param name="reason">Null when the trouble is over.</param>
    public void Tell(Source source, string store, string? reason)
    {
        lock (_gate)
        {
            if (!(reason is null ? _sources.Remove(source) : _sources.Add(source)))
                return;
            if (reason is not null && _sources.Count == 1)
            {
                _since = time.GetTimestamp();
                Log.HeadWaits(logger, store, reason);
                onEvent?.Invoke(new StoreUnreachable(reason));
            }
            else if (_sources.Count == 0)
            {
                var outage = time.GetElapsedTime(_since);
                Log.StoreRecovered(logger, store, outage.TotalSeconds);
                onEvent?.Invoke(new StoreRecovered(outage));
            }
        }
    }
}
