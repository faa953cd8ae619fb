using System.Text.Json;
using System.Text.Json.Serialization;
using VaeSweep.Store.LiteDb;
using VaeSweep.Store.Tests.Ledgers;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.LiteDb;

public sealed class LiteDbLedgerLogTests : IDisposable
{
    private const int Histories = 12;
    private const int Steps = 300;

    private static readonly JsonSerializerOptions _exact =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaesweep-litedb-");
    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string StorePath => Path.Combine(_folder.FullName, "store.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_histories_keep_in_groups_and_over_restarts_comes_back_as_from_memory()
    {
        var counts = new long[3];
        for (var seed = 1; seed <= Histories; seed++)
        {
            var history = new LedgerHistory(seed);
            history.Live(Steps);
            var (random, memory, path) = (new Random(seed), new MemoryLedgerLog(), Path.Combine(_folder.FullName, $"{seed}.db"));
            var log = Open(seed, path);
            log.Load();
            for (int next = 0, count; next < history.Stored.Count; next += count)
            {
                count = random.Next(1, 20);
                Change[] group = [.. history.Stored.Skip(next).Take(count).SelectMany(commit => commit)];
                memory.Commit(group);
                log.Commit(group);
                if (random.Next(5) > 0)
                    continue;
                log.Dispose();
                log = Open(seed, path);
                Assert.Equal(Texts(memory.Load()), Texts(log.Load()));
            }

            Assert.Equal(Texts(memory.Load()), Texts(log.Load()));
            counts[0] += Compare(memory.Reports(0, int.MaxValue), log.Reports(0, int.MaxValue));
            counts[1] += Compare(memory.Events(0, int.MaxValue), log.Events(0, int.MaxValue));
            counts[2] += Compare(memory.Evaluations(0, int.MaxValue), log.Evaluations(0, int.MaxValue));
            log.Dispose();
        }

        Assert.All(counts, count => Assert.True(count > 30, $"only {string.Join(", ", counts)} were compared"));
    }

    [Fact]
    public async Task A_store_of_the_first_format_is_read_and_written_anew_by_who_opens_it_to_write()
    {
        var history = new LedgerHistory(5);
        history.Live(Steps);
        var (memory, half) = (new MemoryLedgerLog(), history.Stored.Count / 2);
        using (var log = Open(5, StorePath))
        {
            log.Load().Count();
            foreach (var commit in history.Stored.Take(half))
            {
                memory.Commit(commit);
                log.Commit(commit);
            }
        }

        var documents = await FirstFormat.TurnBackAsync(StorePath, Token);
        Assert.True(documents > 5, $"only {documents} trials had changed");
        using (var reader = new LiteDbLedgerLog(StorePath, _time, readOnly: true))
            Assert.Equal(Texts(memory.Load()), Texts(reader.Load()));
        Assert.Equal((documents, 1), FirstFormat.Of(StorePath));

        using (var log = Open(2, StorePath))
        {
            Assert.Equal(Texts(memory.Load()), Texts(log.Load()));
            foreach (var commit in history.Stored.Skip(half))
            {
                memory.Commit(commit);
                log.Commit(commit);
            }
        }

        Assert.Equal((0, 2), FirstFormat.Of(StorePath));
        using var again = Open(2, StorePath);
        Assert.Equal(Texts(memory.Load()), Texts(again.Load()));
    }

    [Fact]
    public void What_trials_were_is_not_kept_and_how_they_stand_lies_in_few_blobs()
    {
        const int Trials = 40, Changes = 2_000;
        var random = new Random(1);
        using (var log = new LiteDbLedgerLog(StorePath, _time) { Sizes = new StandingSizes(10, 4) })
        {
            log.Load().Count();
            for (var i = 0; i < Changes; i++)
            {
                var state = random.Next(2) == 0 ? TrialState.Running : TrialState.Stopped;
                log.Commit([new TrialPut(Standing(random.Next(1, Trials + 1)) with { State = state, Note = $"change {i}" })]);
            }
        }

        using var held = StoreLock.Share(StorePath);
        using var file = LiteDbFile.Open(held);
        var blobs = file.ReadAll(StoreCollections.Standing).ToList();
        Assert.InRange(blobs.Count, 1, Trials / 5 + (2 * 4));
        Assert.InRange(blobs.Sum(blob => blob["count"].AsInt32), Trials, 3 * Trials);
    }

    [Fact]
    public void A_deleted_trial_is_in_no_blob_any_more()
    {
        using (var log = new LiteDbLedgerLog(StorePath, _time))
        {
            log.Load().Count();
            log.Commit([.. Enumerable.Range(1, 30).Select(key => new TrialPut(Standing(key)))]);
            log.Commit([new TrialPut(Standing(7) with { Note = "once" })]);
            log.Commit([new TrialPut(Standing(7) with { Note = "secret" }), new TrialPut(Standing(8) with { Note = "kept" })]);
            log.Commit([new TrialDeleted(7)]);
            Assert.Equal(29, log.Load().OfType<TrialPut>().Count());
        }

        using var held = StoreLock.Share(StorePath);
        using var file = LiteDbFile.Open(held);
        var rows = file.ReadAll(StoreCollections.Standing).SelectMany(StandingBlob.Rows).Select(row => row.Trial);
        Assert.Equal([8], rows);
        Assert.DoesNotContain(7, file.ReadAll(StoreCollections.Submitted).SelectMany(blob => TrialBlob.Of(blob))
            .Select(trial => trial.Key));
    }

    [Fact]
    public async Task A_trial_of_which_a_rescue_left_the_results_alone_is_trained_anew_over_them()
    {
        List<Change> Trained(double score) =>
        [
            new TrialPut(Standing(1) with { State = TrialState.Succeeded, Attempt = 1, Unbroken = 2 }),
            new AttemptPut(new AttemptDocument(1, 1, 1, 1, 7, 0) { Outcome = "succeeded" }),
            new ReportsAppended(1, 1, [Some.Report(1), Some.Report(2) with { ValidElbo = score }]),
            new EvaluationPut(new EvaluationDocument(1, new Evaluation("test_nll", score, 500, 10))),
        ];
        using (var log = new LiteDbLedgerLog(StorePath, _time))
        {
            log.Load().Count();
            log.Commit(Trained(-1));
        }

        using (var held = await StoreLock.TakeAsync(StorePath, _time, Token))
        using (var file = LiteDbFile.Open(held))
            file.Commit(new StoreChanges().DeleteRange(StoreCollections.Standing, 0, long.MaxValue));

        using var again = new LiteDbLedgerLog(StorePath, _time);
        again.Load().Count();
        again.Commit(Trained(-2));
        Assert.Equal(-2, again.Reports(1, 1).Last().Report.ValidElbo);
        Assert.Equal(-2, Assert.Single(again.Evaluations(1, 1)).Evaluation.Value);
    }

    private static TrialDocument Standing(long key) =>
        new(key, 1, new TrialFingerprint((ulong)key, 2, 3, 4), key, 0, 1, 0, 5);

    [Fact]
    public void Scores_come_from_full_blocks_from_the_open_one_and_trial_by_trial_after_a_kill()
    {
        Metric[] metrics = [MetricList.Find("test_nll")!, MetricList.Find("test_elbo")!, MetricList.Find("train_elbo")!];
        var (compared, blocks) = (0, 0);
        for (var seed = 1; seed <= 2 * Histories; seed++)
        {
            var history = new LedgerHistory(seed);
            history.Live(Steps);
            var (memory, path) = (new MemoryLedgerLog(), Path.Combine(_folder.FullName, $"scores{seed}.db"));
            var log = new LiteDbLedgerLog(path, _time) { BlockRows = 3 };
            log.Load().Count();
            foreach (var (i, commit) in history.Stored.Index())
            {
                memory.Commit(commit);
                log.Commit(commit);
                if (i % 60 != 59)
                    continue;
                compared += CompareScores(memory, log, metrics);
                log.Dispose();
                blocks += Lose(path, i % 120 == 59);
                log = new LiteDbLedgerLog(path, _time) { BlockRows = 3 };
                log.Load().Count();
                compared += CompareScores(memory, log, metrics);
            }

            log.Dispose();
        }

        Assert.True(compared > 150 && blocks > 10, $"only {compared} scores were compared, {blocks} blocks were there");
    }

    /// <summary>Takes away what a killed process would not have written: the last block.</summary>
    /// <returns>How many blocks there were.</returns>
    private int Lose(string path, bool last)
    {
        using var held = StoreLock.TakeAsync(path, _time, Token).GetAwaiter().GetResult();
        using var file = LiteDbFile.Open(held);
        var blocks = file.ReadAll(StoreCollections.Columns).ToList();
        if (last && blocks.Count > 0)
            file.Commit(new StoreChanges().Delete(StoreCollections.Columns, blocks[^1]["_id"]));
        return blocks.Count;
    }

    private static int CompareScores(MemoryLedgerLog memory, LiteDbLedgerLog log, Metric[] metrics)
    {
        var (expected, found) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        memory.Scores(metrics, (trial, metric, value, samples) =>
            Assert.True(expected.Add($"{trial} {metric} {value:R} {samples}")));
        log.Scores(metrics, (trial, metric, value, samples) => Assert.True(found.Add($"{trial} {metric} {value:R} {samples}")));
        // A deleted trial's row stays in its block.
        var trials = memory.Load().OfType<TrialPut>().Select(put => $"{put.Document.Key}").ToHashSet();
        Assert.Equal(expected, found.Where(one => trials.Contains(one[..one.IndexOf(' ', StringComparison.Ordinal)])));
        return found.Count;
    }

    [Fact]
    public void An_attempt_is_stored_with_its_trial_and_the_one_before_it_by_itself()
    {
        using var log = new LiteDbLedgerLog(StorePath, _time);
        log.Load().Count();
        var trial = new TrialDocument(1, 1, new TrialFingerprint(1, 2, 3, 4), 0, 0, 1, 0, 5);
        var attempts = Enumerable.Range(1, 3)
            .Select(ordinal => new AttemptDocument(1, ordinal, ordinal, 1, 7, 0) { Token = "t" }).ToList();

        foreach (var attempt in attempts)
            log.Commit([new TrialPut(trial with { Attempt = attempt.Ordinal }), new AttemptPut(attempt)]);
        log.Commit([new TrialPut(trial with { Attempt = 3, Note = "kept" })]);

        Assert.Equal(attempts, log.Load().OfType<AttemptPut>().Select(put => put.Document));
        var alone = new AttemptPut(attempts[2] with { Outcome = "lost" });
        var wrong = Assert.Throws<InvalidOperationException>(() => log.Commit([alone]));
        Assert.Contains("attempt 3 of trial 1", wrong.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_store_goes_on_in_the_next_process_in_the_same_generation_with_another_term()
    {
        Claim claim;
        (string, long) before;
        await using (var store = Open())
        {
            await store.SubmitAsync(Some.Sweep(), Some.Trials(2), Token);
            claim = Assert.Single(await store.ClaimAsync(Some.Claim(), Token));
            before = await store.DoAsync((ledger, _) => (ledger.Identity, ledger.Generation), Token);
        }

        await using var again = Open();
        Assert.Empty(await again.AppendAsync(Some.Epochs(claim.Attempt, 1), Token));
        Assert.Equal(before, await again.DoAsync((ledger, _) => (ledger.Identity, ledger.Generation), Token));
    }

    [Fact]
    public async Task A_copied_store_is_another_generation_and_what_ran_is_queued_again()
    {
        Claim claim;
        (string, long) before;
        await using (var store = Open())
        {
            await store.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);
            claim = Assert.Single(await store.ClaimAsync(Some.Claim(), Token));
            before = await store.DoAsync((ledger, _) => (ledger.Identity, ledger.Generation), Token);
        }

        var copy = Path.Combine(_folder.FullName, "copy.db");
        foreach (var end in new[] { "", ".wal", ".sum" })
            File.Copy(StorePath + end, copy + end);

        await using var copied = Open(copy);
        var after = await copied.DoAsync((ledger, _) => (ledger.Identity, ledger.Generation), Token);
        Assert.Equal(before.Item1, after.Identity);
        Assert.NotEqual(before.Item2, after.Generation);
        Assert.Equal([claim.Attempt], await copied.AppendAsync(Some.Epochs(claim.Attempt, 1), Token));
        Assert.Equal(TrialState.Queued, Assert.Single(await copied.FindTrialsAsync("", null, 9, Token)).State);
    }

    [Fact]
    public async Task Readers_read_side_by_side_change_nothing_and_are_told_so_while_nobody_writes()
    {
        await using (var store = Open())
            await store.SubmitAsync(Some.Sweep(), Some.Trials(3), Token);

        var before = File.GetLastWriteTimeUtc(StorePath);
        await using var first = StoreFactory.Open(StorePath, _time, new StoreOptions { ReadOnly = true });
        await using var second = StoreFactory.Open(StorePath, _time, new StoreOptions { ReadOnly = true });
        Assert.Equal(3, (await first.FindTrialsAsync("", null, 9, Token)).Count);
        Assert.Equal(3, (await second.FindTrialsAsync("", null, 9, Token)).Count);
        var refused = await Assert.ThrowsAsync<StoreException>(() => first.ClaimAsync(Some.Claim(), Token));
        Assert.Contains("opened to be read", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await first.GetSweepAsync("s", Token))!.Count(TrialState.Queued));
        Assert.Equal(before, File.GetLastWriteTimeUtc(StorePath));
    }

    [Fact]
    public async Task A_second_writer_is_refused_with_the_first_ones_process()
    {
        await using var store = Open();
        await store.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);

        await using var second = Open();
        var refused = await Assert.ThrowsAsync<StoreInUseException>(() => second.ListSweepsAsync(Token));
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_store_is_named_and_not_touched()
    {
        await File.WriteAllTextAsync(StorePath, "SQLite format 3\0 and so on", Token);
        var bytes = await File.ReadAllBytesAsync(StorePath, Token);
        await using var store = Open();
        var refused = await Assert.ThrowsAsync<StoreException>(() => store.MigrateAsync(Token));
        Assert.Contains("SQLite", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(StorePath, Token));
    }

    private static long Compare<T>(IEnumerable<T> expected, IEnumerable<T> found)
    {
        List<string> texts = [.. Texts(expected)];
        Assert.Equal(texts, Texts(found));
        return texts.Count;
    }

    private static IEnumerable<string> Texts<T>(IEnumerable<T> things) =>
        things.Select(one => $"{one!.GetType().Name} {JsonSerializer.Serialize<object>(one, _exact)}");

    // Histories submit few trials at once: in blobs, and without.
    private LiteDbLedgerLog Open(int seed, string path) => new(path, _time)
    {
        FewestSubmitted = seed % 3 == 0 ? int.MaxValue : seed % 3,
        // And what they change is put together often, and less so.
        Sizes = seed % 2 == 0 ? new StandingSizes(3, 2) : new StandingSizes(),
    };

    private LedgerStore Open(string? path = null) => (LedgerStore)StoreFactory.Open((path ?? StorePath), _time);
}
