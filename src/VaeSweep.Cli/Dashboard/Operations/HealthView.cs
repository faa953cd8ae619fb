using VaeSweep.Store;

namespace VaeSweep.Cli.Dashboard;

/// <summary>For probes and for Prometheus: whether the process lives, whether its head can do its work, and what it
/// measures.</summary>
internal sealed class HealthView(Desk desk, HeadHealth health) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly PrometheusText _metrics = new();
    private readonly StoreGauges _gauges = new(PrometheusText.State, desk.Settings.Host.Time);

    public void AddTo(Router router)
    {
        router.Add("GET", Routes.Live, (_, _) => Task.FromResult(Reply.Text("live\n")));
        router.Add("GET", Routes.Ready, ReadyAsync);
        router.Add("GET", Routes.Metrics, MetricsAsync);
    }

    public void Dispose()
    {
        _gauges.Dispose();
        _metrics.Dispose();
    }

    /// <summary>A head that cannot keep what it is told is not ready: its nodes train on and wait.</summary>
    private async Task<Reply> ReadyAsync(Asked asked, CancellationToken cancellationToken)
    {
        if (health.Trouble is { } trouble)
            return Reply.Text($"{trouble}\n", 503);
        if (desk.Follower.Standing.Mode == "away")
            return Reply.Text($"{desk.Follower.Standing.Says ?? "not yet"}\n", 503);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        try
        {
            await desk.ReadAsync(store => store.GetSettingAsync(StoreSettings.Identity, limit.Token), limit.Token);
            return Reply.Text("ready\n");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Reply.Text($"the store does not answer within {Wording.Duration(_patience)}.\n", 503);
        }
        catch (StoreException failure)
        {
            return Reply.Text($"{failure.Message}\n", 503);
        }
    }

    private async Task<Reply> MetricsAsync(Asked asked, CancellationToken cancellationToken)
    {
        await desk.ReadAsync(
            async store =>
            {
                await _gauges.LookAsync(store, cancellationToken);
                return true;
            },
            cancellationToken);
        return Reply.Of(System.Text.Encoding.UTF8.GetBytes(_metrics.Write()), PrometheusText.ContentType);
    }
}
