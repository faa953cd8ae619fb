namespace VaeSweep.Store.Tests;

/// <summary>Files and news, which only a server has to pass on.</summary>
public sealed class PostgresFileTests(PostgresServer server) : IAsyncLifetime
{
    private IStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = StoreFactory.Open(await server.CreateDatabaseAsync(Token), TimeProvider.System);
        await _store.MigrateAsync(Token);
        await _store.SubmitAsync(Some.Sweep(), Some.Trials(3, epochs: 3), Token);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_file_comes_back_as_it_was_however_large_and_however_often_it_is_put()
    {
        var claim = await ClaimAsync();
        var content = new byte[3_500_000];
        new Random(1).NextBytes(content);

        await PutAsync(claim, "a", content);
        await PutAsync(claim, "a", content);

        Assert.Equal(content, await GetAsync(claim, "a"));
        Assert.Null(await GetAsync(claim, "b"));
    }

    [Fact]
    public async Task An_upload_that_broke_off_is_not_there_and_can_be_done_again()
    {
        var claim = await ClaimAsync();
        var content = new byte[2_500_000];
        content[^1] = 7;

        await Assert.ThrowsAsync<IOException>(() => _store.PutFileAsync(claim.Attempt, "a", new BreakingStream(content, 1_200_000), Token));
        var broken = await GetAsync(claim, "a");
        await PutAsync(claim, "a", content);

        Assert.Null(broken);
        Assert.Equal(content, await GetAsync(claim, "a"));
    }

    [Fact]
    public async Task Kept_checkpoints_are_counted_and_those_of_a_failed_trial_can_be_given_up_for_room()
    {
        var failed = await ClaimAsync();
        await PutAsync(failed, "store:failed", new byte[1000]);
        await _store.AppendAsync(Some.Epochs(failed.Attempt, 1), Token);
        await _store.AppendAsync(Some.Checkpoint(failed.Attempt, 1, "store:failed"), Token);
        await _store.FinishAsync(failed.Attempt, Some.Failure(Sweeps.FailureClass.Nan), Token);
        var trains = await ClaimAsync();
        await PutAsync(trains, "store:trains", new byte[500]);
        await _store.AppendAsync(Some.Epochs(trains.Attempt, 1), Token);
        await _store.AppendAsync(Some.Checkpoint(trains.Attempt, 1, "store:trains"), Token);

        var kept = await _store.ListCheckpointsAsync(Token);
        var forgotten = await _store.ForgetCheckpointsAsync([.. kept.Select(c => c.Key)], Token);
        await _store.TakeObsoleteCheckpointsAsync(10, Token);
        await _store.DropFilesAsync(Token);

        Assert.Equal([("store:failed", 1000L, true), ("store:trains", 500L, false)], kept.OrderBy(c => c.Path, StringComparer.Ordinal).Select(c => (c.Path, c.Bytes!.Value, c.Expendable)));
        Assert.Equal(1, forgotten);
        Assert.Null(await GetAsync(failed, "store:failed"));
        Assert.Equal(new byte[500], await GetAsync(trains, "store:trains"));
    }

    [Fact]
    public async Task Only_the_last_checkpoint_what_is_not_yet_recorded_and_the_model_are_kept()
    {
        var claim = await ClaimAsync();
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            await PutAsync(claim, $"epoch {epoch}", [1]);
            if (epoch < 3)
            {
                await _store.AppendAsync(Some.Epochs(claim.Attempt, epoch), Token);
                await _store.AppendAsync(Some.Checkpoint(claim.Attempt, epoch, $"epoch {epoch}"), Token);
            }
        }

        var early = await _store.DropFilesAsync(Token);
        var during = await KeptAsync();
        await _store.AppendAsync(Some.Epochs(claim.Attempt, 3), Token);
        await PutAsync(claim, "model.bin", [2]);
        await _store.FinishAsync(claim.Attempt, Some.Success(), Token);
        await _store.DropFilesAsync(Token);

        Assert.Equal(1, early);
        Assert.Equal(["epoch 2", "epoch 3"], during);
        Assert.Equal(["model.bin"], await KeptAsync());

        async Task<IReadOnlyList<string>> KeptAsync()
        {
            var kept = new List<string>();
            foreach (var path in new[] { "epoch 1", "epoch 2", "epoch 3", "model.bin" })
            {
                if (await GetAsync(claim, path) is not null)
                    kept.Add(path);
            }

            return kept;
        }
    }

    [Fact]
    public async Task Others_hear_of_new_work_and_of_their_owners_wishes()
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var heard = System.Threading.Channels.Channel.CreateUnbounded<StoreNews>();
        var listener = _store.ListenAsync(news => heard.Writer.TryWrite(news), listening.Token);

        // Whether it listens yet shows only when it hears.
        var first = heard.Reader.ReadAsync(Token).AsTask();
        while (!first.IsCompleted)
            await _store.SetSweepStateAsync("s", VaeSweep.Sweeps.SweepState.Active, Token);
        while (heard.Reader.TryRead(out _))
        {
        }

        await _store.SetSweepStateAsync("s", VaeSweep.Sweeps.SweepState.Paused, Token);
        var wish = await heard.Reader.ReadAsync(Token);
        while (wish == StoreNews.Work)
            wish = await heard.Reader.ReadAsync(Token);
        await listening.CancelAsync();

        Assert.Equal((StoreNews.Work, StoreNews.Wish), (await first, wish));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listener);
    }

    private async Task<Claim> ClaimAsync() => Assert.Single(await _store.ClaimAsync(Some.Claim(), Token));

    private Task PutAsync(Claim claim, string path, byte[] content) => _store.PutFileAsync(claim.Attempt, path, new MemoryStream(content), Token);

    private async Task<byte[]?> GetAsync(Claim claim, string path)
    {
        using var content = new MemoryStream();
        return await _store.GetFileAsync(claim.Attempt.TrialKey, path, content, Token) ? content.ToArray() : null;
    }

    private sealed class BreakingStream(byte[] content, int breaksAt) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position >= breaksAt ? throw new IOException("broken") : base.ReadAsync(buffer, cancellationToken);
    }
}
