using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>A trainer that is started before anybody has asked for it: it gets ready while the store is opened and the sweep
/// submitted.</summary>
internal sealed class EarlyTrainer : ITrainerLauncher, IAsyncDisposable
{
    private readonly ITrainerLauncher _launcher;
    private readonly string _device;
    private readonly CancellationTokenSource _unwanted;
    private Task<ITrainer>? _early;

    /// <param name="devices">Of which the first one's trainer is started, where that is a processor: what a GPU has room for is
    /// known once it was taken.</param>
    public EarlyTrainer(ITrainerLauncher launcher, IReadOnlyList<string> devices, CancellationToken cancellationToken)
    {
        (_launcher, _device) = (launcher, devices[0]);
        _unwanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_device.StartsWith("cpu:", StringComparison.Ordinal))
            _early = launcher.StartAsync(_device, _unwanted.Token);
    }

    public Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken) =>
        device == _device && Interlocked.Exchange(ref _early, null) is { } early
        ? GivenAsync(early, cancellationToken) : _launcher.StartAsync(device, cancellationToken);

    /// <summary>Ends the trainer if nobody has asked for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _early, null) is { } early)
        {
            await _unwanted.CancelAsync();
            await ((Task)early).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (early.IsCompletedSuccessfully)
                await (await early).DisposeAsync();
        }

        _unwanted.Dispose();
    }

    private async Task<ITrainer> GivenAsync(Task<ITrainer> early, CancellationToken cancellationToken)
    {
        await using var ends = cancellationToken.Register(_unwanted.Cancel);
        return await early;
    }
}
