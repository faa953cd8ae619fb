using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>Delete, rename, tags, notes and imports, through the store.</summary>
public sealed class LedgerOwnersTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly LedgerStore _store;

    public LedgerOwnersTests() => _store = new LedgerStore(new MemoryLedgerLog(), _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _store.SubmitAsync(Some.Sweep(), Some.Trials(3), Token);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_deleted_sweep_leaves_nothing_but_files_to_delete()
    {
        await _store.SubmitAsync(Some.Sweep("other"), Some.Trials(2), Token);
        await SucceedAsync("c1", "model");
        await QueryAsync("SELECT t.trial FROM trials t JOIN epochs e ON e.trial = t.trial JOIN evaluations v ON v.trial = "
            + "t.trial, attempts");

        var deletion = await _store.DeleteAsync(new DeletionWish("s"), Token);

        Assert.Equal((0, 3L), (deletion!.Running, deletion.Trials));
        Assert.Equal(["c1", "model", "values.npy"], deletion.Files.Order(StringComparer.Ordinal));
        Assert.Equal(["c1", "model", "values.npy"], (await _store.TakeObsoleteCheckpointsAsync(10, Token))
            .Order(StringComparer.Ordinal));
        Assert.Equal(["other"], (await _store.ListSweepsAsync(Token)).Select(sweep => sweep.Name));
        foreach (var view in (string[])["epochs", "units", "evaluations", "attempts", "events", "scores"])
            Assert.Empty((await QueryAsync($"SELECT * FROM {view}")).Rows);
        Assert.Equal([["other", 2L]], (await QueryAsync("SELECT sweep, count(*) FROM trials GROUP BY sweep")).Rows);
        Assert.Null(await _store.DeleteAsync(new DeletionWish("s"), Token));
    }

    [Fact]
    public async Task A_sweep_is_not_deleted_while_it_runs()
    {
        var claim = Assert.Single(await _store.ClaimAsync(Some.Claim(), Token));

        var sweep = await _store.DeleteAsync(new DeletionWish("s"), Token);
        var trial = await _store.DeleteAsync(new DeletionWish("s") { Trial = claim.Attempt.TrialKey }, Token);

        Assert.Equal((1, 0L, 1, 0L), (sweep!.Running, sweep.Trials, trial!.Running, trial.Trials));
        Assert.Equal(3, (await _store.GetSweepAsync("s", Token))!.Total);
    }

    [Fact]
    public async Task A_deleted_trials_key_and_attempts_are_never_anothers()
    {
        var claims = await _store.ClaimAsync(Some.Claim(maxTrials: 3), Token);
        foreach (var claim in claims)
            await _store.FinishAsync(claim.Attempt, Some.Failure(FailureClass.Nan), Token);
        var last = claims[^1].Attempt;

        var deletion = await _store.DeleteAsync(new DeletionWish("s") { Trial = last.TrialKey }, Token);
        await _store.SubmitAsync(Some.Sweep(), Some.Trials(3), Token);
        var anew = Assert.Single(await _store.ClaimAsync(Some.Claim(), Token));

        Assert.Equal(1L, deletion!.Trials);
        Assert.Equal((4L, 1), (anew.Attempt.TrialKey, anew.Attempt.Attempt));
        Assert.Equal([last], await _store.AppendAsync(Some.Epochs(last, 1), Token));
        Assert.Null(await _store.DeleteAsync(new DeletionWish("s") { Trial = 99 }, Token));
    }

    [Fact]
    public async Task A_sweep_takes_another_name_with_its_trials()
    {
        await _store.SubmitAsync(Some.Sweep("taken"), Some.Trials(1), Token);
        await QueryAsync("SELECT sweep FROM trials");

        RenameOutcome[] outcomes =
        [
            await _store.RenameAsync("s", "taken", Token), await _store.RenameAsync("nobody", "t", Token),
            await _store.RenameAsync("s", "s", Token),
            await _store.RenameAsync("s", "t", Token),
        ];

        Assert.Equal([RenameOutcome.Taken, RenameOutcome.Unknown, RenameOutcome.Done, RenameOutcome.Done], outcomes);
        Assert.Null(await _store.GetSweepAsync("s", Token));
        Assert.Equal(3, (await _store.FindTrialsAsync("", "t", 9, Token)).Count);
        Assert.Equal([[3L]], (await QueryAsync("SELECT count(*) FROM trials WHERE sweep = 't'")).Rows);
    }

    [Fact]
    public async Task Tags_and_notes_stay_through_a_submit_and_go_when_taken_away()
    {
        await _store.TagAsync("s", null, ["b", "a"], [], Token);
        await _store.TagAsync("s", null, ["c", "a"], ["b", "x"], Token);
        await _store.NoteAsync("s", null, "for the talk", Token);
        await _store.TagAsync("s", 1, ["best"], [], Token);
        await _store.NoteAsync("s", 1, "odd curve", Token);
        await _store.SubmitAsync(Some.Sweep(maxAttempts: 9), Some.Trials(2), Token);

        var (sweep, trial) = await _store.DoAsync(
            (ledger, _) => (ledger.Documents().OfType<SweepPut>().Single().Document, ledger.Trial(1)!), Token);
        await _store.TagAsync("s", 1, [], ["best"], Token);
        await _store.NoteAsync("s", 1, " ", Token);
        var bare = await _store.DoAsync((ledger, _) => ledger.Trial(1)!, Token);

        Assert.Equal(["a", "c"], sweep.Tags);
        Assert.Equal(("for the talk", "odd curve"), (sweep.Note, trial.Note));
        Assert.Equal(["best"], trial.Tags!);
        Assert.Equal((null, null), (bare.Tags, bare.Note));
        Assert.Equal((false, false),
            (await _store.TagAsync("nobody", null, [], [], Token), await _store.NoteAsync("s", 99, "x", Token)));
        foreach (var tag in (string[])["", "two words", "a,b", new string('x', 65)])
            await Assert.ThrowsAsync<ArgumentException>(() => _store.TagAsync("s", null, [tag], [], Token));
    }

    [Fact]
    public async Task An_import_adds_what_is_new_completes_what_waits_and_mixes_nothing()
    {
        var running = Assert.Single(await _store.ClaimAsync(Some.Claim(), Token));
        ImportedTrial[] imported = [.. Enumerable.Range(0, 4).Select(number => Imported(number))];

        var first = await _store.ImportAsync(Some.Sweep(), imported, Token);
        var again = await _store.ImportAsync(Some.Sweep(), imported, Token);

        Assert.Equal(new ImportResult(1, 2, 1), first);
        Assert.Equal(new ImportResult(0, 0, 4), again);
        Assert.Equal((3, 1), (
            (int)(await _store.GetSweepAsync("s", Token))!.Count(TrialState.Succeeded),
            (int)(await _store.GetSweepAsync("s", Token))!.Count(TrialState.Running)));
        Assert.Empty(await _store.ClaimAsync(Some.Claim(), Token));
        Assert.Equal(
            Directive.Continue, await _store.StepAsync(turn => turn.Ledger.Asked(turn.Ledger.FenceOf(running.Attempt))));
        var rows = (await QueryAsync(
            "SELECT t.seed, a.worker, a.outcome, a.to_epoch, v.value, (SELECT count(*) FROM epochs e WHERE e.trial = t.trial) "
                + "FROM trials t JOIN attempts a ON a.trial = t.trial JOIN evaluations v ON v.trial = t.trial ORDER "
                + "BY t.seed")).Rows;
        Assert.Equal(
            [[1L, "paper", "succeeded", 2L, 81.0, 2L], [2L, "paper", "succeeded", 2L, 82.0, 2L],
                [3L, "paper", "succeeded", 2L, 83.0, 2L]], rows);
    }

    [Fact]
    public async Task An_import_makes_its_sweep_and_takes_all_or_nothing()
    {
        var open = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _store.ImportAsync(Some.Sweep("new"), [Imported(0), Imported(1) with { State = TrialState.Running }], Token));
        var gap = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _store.ImportAsync(Some.Sweep("new"), [Imported(0) with { Reports = [Some.Report(2)] }], Token));
        var few = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _store.ImportAsync(Some.Sweep("new"), [Imported(0) with { Reports = [Some.Report(1)] }], Token));
        var none = await _store.GetSweepAsync("new", Token);

        var made = await _store.ImportAsync(
            Some.Sweep("new"), [Imported(0) with { Reports = [Some.Report(1)], Reason = "stopped early" },
                Imported(1) with { State = TrialState.Failed, Reports = [] }], Token);

        Assert.Contains("running", open.Message, StringComparison.Ordinal);
        Assert.Contains("epoch 2 in place 1", gap.Message, StringComparison.Ordinal);
        Assert.Contains("1 of 2 epochs", few.Message, StringComparison.Ordinal);
        Assert.Null(none);
        Assert.Equal(2, made.Added);
        var trials = await _store.FindTrialsAsync("", "new", 9, Token);
        Assert.Equal([(TrialState.Succeeded, 1, "stopped early"), (TrialState.Failed, 2, null)],
            trials.Select(one => (one.State, one.Epochs, one.Reason)));
        Assert.Equal(1, await _store.RetryAsync("new", null, null, Token));
    }

    private static ImportedTrial Imported(int number) => new(Some.Trial(number), TrialState.Succeeded, "paper")
    {
        Reports = [Some.Report(1), Some.Report(2)], Evaluations = [new Evaluation("test_nll", 80 + number, 500, 100)],
    };

    private async Task SucceedAsync(string checkpoint, string model)
    {
        var claim = Assert.Single(await _store.ClaimAsync(Some.Claim(), Token));
        await _store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        await _store.AppendAsync(Some.Checkpoint(claim.Attempt, 2, checkpoint, best: true), Token);
        await _store.FinishAsync(claim.Attempt,
            Some.Success(new Evaluation("test_nll", 80, 500, 100) { File = "values.npy" }) with { ModelPath = model }, Token);
    }

    private Task<QueryResult> QueryAsync(string sql) => _store.QueryAsync(sql, null, TimeSpan.FromSeconds(30), Token);
}
