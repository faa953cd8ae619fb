using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

public sealed class EarlyTrainerTests
{
    private readonly CountedLauncher _launcher = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asks_for_the_device_first_gets_the_trainer_that_was_started_and_keeps_it()
    {
        await using (var early = new EarlyTrainer(_launcher, ["cpu:0", "cpu:1"], Token))
        {
            Assert.Equal(["cpu:0"], _launcher.Started.ConvertAll(one => one.Device));
            Assert.Equal("cpu:1", (await early.StartAsync("cpu:1", Token)).Device);
            Assert.Same(_launcher.Started[0], await early.StartAsync("cpu:0", Token));
            Assert.NotSame(_launcher.Started[0], await early.StartAsync("cpu:0", Token));
        }

        Assert.Equal(["cpu:0", "cpu:1", "cpu:0"], _launcher.Started.ConvertAll(one => one.Device));
        Assert.DoesNotContain(_launcher.Started, one => one.IsDisposed);
    }

    [Fact]
    public async Task A_trainer_that_nobody_asks_for_is_ended()
    {
        await using (new EarlyTrainer(_launcher, ["cpu:0"], Token))
            Assert.False(Assert.Single(_launcher.Started).IsDisposed);

        Assert.True(Assert.Single(_launcher.Started).IsDisposed);
    }

    [Fact]
    public async Task What_keeps_it_from_starting_is_told_to_who_asks()
    {
        _launcher.Failure = new TrainerCrashedException("no libtorch", null, "");
        await using var early = new EarlyTrainer(_launcher, ["cpu:0"], Token);

        Assert.Same(_launcher.Failure, await Assert.ThrowsAsync<TrainerCrashedException>(() => early.StartAsync("cpu:0", Token)));
    }

    [Fact]
    public async Task A_gpu_waits_until_it_was_taken()
    {
        await using (new EarlyTrainer(_launcher, ["cuda:0"], Token))
            Assert.Empty(_launcher.Started);
    }

    private sealed class CountedLauncher : ITrainerLauncher
    {
        public List<CountedTrainer> Started { get; } = [];
        public Exception? Failure { get; set; }

        public Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken)
        {
            if (Failure is not null)
                return Task.FromException<ITrainer>(Failure);
            Started.Add(new CountedTrainer(device));
            return Task.FromResult<ITrainer>(Started[^1]);
        }
    }

    private sealed class CountedTrainer(string device) : ITrainer
    {
        public bool IsDisposed { get; private set; }
        public string Device => device;
        public string Provenance => "{}";

        public IAsyncEnumerable<TrainerEvent> RunAsync(TrainerJob job, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Stop(IReadOnlyCollection<long> trialKeys) => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
