using VaeSweep.Cluster;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

/// <summary>What keeps a store in order: on a file that nobody holds, and by its head.</summary>
public sealed class HousekeepingTests : IDisposable
{
    private readonly Cli _cli = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Artifacts => _cli.Store + ".artifacts";

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sweep_is_deleted_with_its_files_and_a_dry_run_deletes_nothing(bool beside)
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        await using var head = beside ? await HeadAsync() : null;

        var dry = await _cli.RunAsync("delete", "demo", "--dry-run");
        var files = Files();
        var done = await _cli.RunAsync("delete", "demo");
        if (head is not null)
            await head.DisposeAsync();
        var list = await _cli.RunAsync("list");
        var again = await _cli.RunAsync("delete", "demo");
        var check = await _cli.RunAsync("store", "check");

        Assert.Equal(4, files.Length);
        Assert.Contains("would delete the sweep demo, 4 trials (4 files", dry.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", dry.Error, StringComparison.Ordinal);
        Assert.Equal(
            (ExitCodes.Done, ExitCodes.Done, ExitCodes.Usage, ExitCodes.Done), (dry.Code, done.Code, again.Code, check.Code));
        Assert.Contains("deleted the sweep demo, 4 trials", done.Error, StringComparison.Ordinal);
        Assert.Contains("no sweeps yet", list.Error, StringComparison.Ordinal);
        Assert.Empty(Files());
        Assert.False(Directory.Exists(Path.Combine(Artifacts, "demo")));
    }

    [Fact]
    public async Task What_runs_is_deleted_only_with_stop_and_its_worker_hears_that_it_is_lost()
    {
        await using var head = await HeadAsync();
        await _cli.RunAsync("submit", _cli.Sweep(ks: "[1]"));
        using var trains = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        _cli.Launcher.BeforeEpoch = (_, epoch) =>
        {
            if (epoch != 2)
                return;
            trains.Release();
            mayGoOn.Wait(Token);
        };
        using var end = new CancellationTokenSource();
        var worker = _cli.RunAsync(end.Token, "worker", "--devices", "cpu:1");
        await trains.WaitAsync(Token);

        var dry = await _cli.RunAsync("delete", "demo", "--dry-run");
        var refused = await _cli.RunAsync("delete", "demo");
        var there = await _cli.RunAsync("list", "-f", "json");
        var done = await _cli.RunAsync("delete", "demo", "--stop");
        mayGoOn.Release(100);
        await end.CancelAsync();
        await worker;
        var list = await _cli.RunAsync("list");

        Assert.Contains("would be refused without --stop", dry.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, refused.Code);
        Assert.Contains("2 trials of these run", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, there.Json()[0].GetProperty("trials").GetInt32());
        Assert.Equal(ExitCodes.Done, done.Code);
        Assert.Contains("no sweeps yet", list.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_trial_failed_ones_or_files_alone_are_deleted()
    {
        _cli.Launcher.FailureOf = config => config.Objective.K == 5 && config.Seed == 1 ? "NaN in the bound" : null;
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        var id = (await _cli.RunAsync("query", "SELECT trial FROM trials WHERE seed = 0 ORDER BY trial_index", "-f", "csv"))
            .Out.Split('\n')[1];

        var files = await _cli.RunAsync("delete", "demo", "--artifacts-only", "--trial", id);
        var failed = await _cli.RunAsync("delete", "demo", "--failed");
        var one = await _cli.RunAsync("delete", "demo", "--trial", id);
        var table = await _cli.RunAsync("table", "demo", "-f", "json");

        Assert.Contains("deleted the files of 1 finished trial of demo (1 file", files.Error, StringComparison.Ordinal);
        Assert.Contains("deleted 1 trial of demo (0 files)", failed.Error, StringComparison.Ordinal);
        Assert.Contains("deleted 1 trial of demo (0 files)", one.Error, StringComparison.Ordinal);
        Assert.Equal(2, Files().Length);
        Assert.Equal([1, 1], table.Json().GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("n").GetInt32()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_renamed_sweep_keeps_its_trials_and_answers_by_its_new_name(bool beside)
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        await _cli.RunAsync("submit", _cli.Sweep(name: "other"));
        await using var head = beside ? await HeadAsync() : null;

        var taken = await _cli.RunAsync("rename", "demo", "other");
        var strange = await _cli.RunAsync("rename", "demo", "a/b");
        var done = await _cli.RunAsync("rename", "demo", "renamed");
        var table = await _cli.RunAsync("table", "renamed", "-f", "json");
        var why = await _cli.RunAsync("why", "renamed", "k=1");
        var plan = await _cli.RunAsync("plan", _cli.Sweep(name: "renamed"), "-f", "json");
        var old = await _cli.RunAsync("table", "demo");

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage, ExitCodes.Done), (taken.Code, strange.Code, done.Code));
        Assert.Contains("there is a sweep 'other' already", taken.Error, StringComparison.Ordinal);
        Assert.Contains("up to 100 letters", strange.Error, StringComparison.Ordinal);
        Assert.Equal("renamed", table.Json().GetProperty("sweep").GetString());
        Assert.Equal(2, table.Json().GetProperty("rows").GetArrayLength());
        Assert.Contains("renamed: test_nll of 2 trials", why.Out, StringComparison.Ordinal);
        Assert.Equal((4, 0), (plan.Json()[0].GetProperty("kept").GetInt32(), plan.Json()[0].GetProperty("added").GetInt32()));
        Assert.Equal(ExitCodes.Usage, old.Code);
    }

    [Fact]
    public async Task A_sweep_that_is_made_anew_under_a_renamed_ones_name_writes_over_none_of_its_files()
    {
        await _cli.RunAsync("run", _cli.Sweep(ks: "[1]"), "--devices", "cpu:1");
        await _cli.RunAsync("rename", "demo", "kept");
        var before = Files();

        await _cli.RunAsync("run", _cli.Sweep(ks: "[1]"), "--devices", "cpu:1");
        var after = Files();
        await _cli.RunAsync("delete", "demo");

        Assert.Equal((2, 4), (before.Length, after.Length));
        Assert.Equal(before, Files());
    }

    private string[] Files() => Directory.Exists(Artifacts)
        ? [.. Directory.GetFiles(Artifacts, "*", SearchOption.AllDirectories).Where(file => file.Contains("/attempt-",
            StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    private Task<Head> HeadAsync() => Head.StartAsync(
        new HeadSettings { StorePath = _cli.Store, ArtifactsFolder = Artifacts }, Token);
}
