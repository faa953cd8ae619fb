using System.Data.Common;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Former;

/// <summary>The store as a node uses it: calls run beside the actors, an outage is told once, and patient calls wait it out.</summary>
internal sealed class StoreClient(IStore store, ActorSystem system, ILogger logger, int seed)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private long? _unreachableSince;
    private long? _answeredAt;

    /// <summary>Whether a failure of the store may pass by itself. Others are bugs, and waiting would hide them.</summary>
    public static bool IsTransient(Exception e) => e is (StoreException and not StoreOutdatedException) or DbException or TimeoutException or IOException;

    /// <summary>Calls once, within a time limit.</summary>
    /// <exception cref="TimeoutException">The store did not answer in time.</exception>
    public Task<T> Once<T>(Func<IStore, CancellationToken, Task<T>> call, TimeSpan limit, CancellationToken cancellationToken) =>
        system.RunDetached(async () =>
        {
            var began = system.TimeProvider.GetTimestamp();
            using var timeout = new CancellationTokenSource(limit, system.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                return await Attempt(call, either.Token);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                var late = new TimeoutException($"{store.Location} did not answer within {limit.TotalSeconds:0.#} s");
                Failed(late, began);
                throw late;
            }
        });

    /// <summary>Calls until the store answers, waiting longer each time.</summary>
    public Task<T> Patiently<T>(Func<IStore, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        system.RunDetached(async () =>
        {
            for (var delay = FirstDelay; ; delay = TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, LongestDelay.Ticks)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    return await Attempt(call, cancellationToken);
                }
                catch (Exception e) when (IsTransient(e))
                {
                    await Task.Delay(delay * Jitter(), system.TimeProvider, cancellationToken);
                }
            }
        });

    /// <summary>Passes news on until it is cancelled; where they break off, begins again after a while. Nothing depends on them but speed.</summary>
    public Task<bool> Listen(Action<StoreNews> heard, CancellationToken cancellationToken) =>
        system.RunDetached(async () =>
        {
            for (var delay = FirstDelay; !cancellationToken.IsCancellationRequested; delay = TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, LongestDelay.Ticks)))
            {
                try
                {
                    await store.ListenAsync(
                        news =>
                        {
                            delay = FirstDelay;
                            heard(news);
                        },
                        cancellationToken);
                }
                catch (Exception e) when (IsTransient(e) || (e is OperationCanceledException && cancellationToken.IsCancellationRequested))
                {
                    await Task.Delay(delay * Jitter(), system.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                }
            }

            return true;
        });

    /// <summary>From 0.5 to 1.5.</summary>
    public double Jitter()
    {
        lock (_lock)
        {
            return 0.5 + _random.NextDouble();
        }
    }

    private async Task<T> Attempt<T>(Func<IStore, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var began = system.TimeProvider.GetTimestamp();
        try
        {
            var result = await call(store, cancellationToken);
            Answered();
            return result;
        }
        catch (Exception e) when (IsTransient(e))
        {
            Failed(e, began);
            throw;
        }
    }

    private void Answered()
    {
        long since;
        lock (_lock)
        {
            _answeredAt = system.TimeProvider.GetTimestamp();
            if (_unreachableSince is not { } began)
            {
                return;
            }

            since = began;
            _unreachableSince = null;
        }

        var outage = system.TimeProvider.GetElapsedTime(since);
        Log.StoreRecovered(logger, store.Location, outage.TotalSeconds);
        system.EventStream.Publish(new StoreRecovered(outage));
    }

    /// <param name="began">When the call did. One that was on its way when the store was away, and ends after another was answered, tells nothing new.</param>
    private void Failed(Exception e, long began)
    {
        lock (_lock)
        {
            if (_unreachableSince is not null || began < _answeredAt)
            {
                return;
            }

            _unreachableSince = system.TimeProvider.GetTimestamp();
        }

        Log.StoreUnreachable(logger, store.Location, e.Message);
        system.EventStream.Publish(new StoreUnreachable(e.Message));
    }
}
