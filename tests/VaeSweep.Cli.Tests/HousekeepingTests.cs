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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_sweep_takes_over_what_the_first_has_trained_and_survives_its_deletion(bool beside)
    {
        await _cli.RunAsync("run", _cli.Sweep(ks: "[1, 5]", name: "first"), "--devices", "cpu:1");
        var second = _cli.Sweep(ks: "[5, 10]", name: "second");
        var trained = _cli.Launcher.Trained.Count;
        await using var head = beside ? await HeadAsync() : null;

        var plan = await _cli.RunAsync("plan", second, "--reuse", "--devices", "cpu:1");
        var json = await _cli.RunAsync("plan", second, "--reuse", "--devices", "cpu:1", "-f", "json");
        var without = await _cli.RunAsync("plan", second, "--devices", "cpu:1");
        var run = await _cli.RunAsync("run", second, "--reuse", "--devices", "cpu:1");
        var why = await _cli.RunAsync("why", "second", "k=5");
        var file = await _cli.RunAsync("query", "SELECT model_path FROM trials WHERE sweep = 'second' AND taken_from = 'first'",
            "-f", "csv");
        var deleted = await _cli.RunAsync("delete", "first");
        if (head is not null)
            await head.DisposeAsync();
        var table = await _cli.RunAsync("table", "second", "-f", "json");

        Assert.Contains("+ 4 new; would be taken over: 2 trials from first", plan.Out, StringComparison.Ordinal);
        Assert.Equal(2, json.Json()[0].GetProperty("taken_over").GetInt32());
        Assert.Equal(2, json.Json()[0].GetProperty("to_run").GetInt32());
        Assert.Contains("to train: 2 trials", plan.Out, StringComparison.Ordinal);
        Assert.Contains("to train: 4 trials", without.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("taken over", without.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("+ 4 new; taken over: 2 trials from first", run.Error, StringComparison.Ordinal);
        Assert.Equal(trained + 2, _cli.Launcher.Trained.Count);
        Assert.Contains("taken over from", why.Out, StringComparison.Ordinal);
        Assert.Contains("2 files that other sweeps refer to stay", deleted.Error, StringComparison.Ordinal);
        Assert.All(file.Out.Trim().Split('\n').Skip(1), path => Assert.True(File.Exists(path), path));
        Assert.Equal(4, Files().Length);
        Assert.Equal([2, 2], table.Json().GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("n").GetInt32()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tags_and_notes_are_shown_and_found_by(bool beside)
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        await _cli.RunAsync("submit", _cli.Sweep(name: "other"));
        var id = (await _cli.RunAsync("query", "SELECT trial FROM trials WHERE sweep = 'demo'", "-f", "csv")).Out.Split('\n')[1];
        await using var head = beside ? await HeadAsync() : null;

        var tagged = await _cli.RunAsync("tag", "demo", "+paper", "draft");
        var changed = await _cli.RunAsync("tag", "demo", "-draft", "+best");
        var wrong = await _cli.RunAsync("tag", "demo", "+a,b");
        await _cli.RunAsync("note", "demo", "for the talk");
        await _cli.RunAsync("tag", "demo", "--trial", id, "+odd");
        await _cli.RunAsync("note", "demo", "--trial", id, "look at its curve");
        var list = await _cli.RunAsync("list", "--tag", "paper");
        var none = await _cli.RunAsync("list", "--tag", "nothing");
        var show = await _cli.RunAsync("show", id, "--sweep", "demo");
        var why = await _cli.RunAsync("why", "demo", "k=1");
        var away = await _cli.RunAsync("note", "demo");

        Assert.Contains("demo: tagged draft, paper", tagged.Error, StringComparison.Ordinal);
        Assert.Contains("demo: tagged best, paper", changed.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("'a,b' is no tag", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("best, paper", list.Out, StringComparison.Ordinal);
        Assert.Contains("for the talk", list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("other", list.Out, StringComparison.Ordinal);
        Assert.Contains("is tagged nothing. Tags there: best, paper", none.Error, StringComparison.Ordinal);
        Assert.Contains("tags: odd", show.Out, StringComparison.Ordinal);
        Assert.Contains("note: look at its curve", show.Out, StringComparison.Ordinal);
        Assert.Contains("look at its curve", why.Out, StringComparison.Ordinal);
        Assert.Contains("has no note now", away.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Others_results_stand_beside_ours_marked_in_rows_of_their_own(bool beside)
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        var file = _cli.File("paper.csv", "k,seed,#where,test_nll\n1,0,table 1,90.5\n1,1,,91.5\n20,0,table 2,80\n");
        await using var head = beside ? await HeadAsync() : null;

        var done = await _cli.RunAsync("import", "demo", file);
        var again = await _cli.RunAsync("import", "demo", file);
        var table = await _cli.RunAsync("table", "demo");
        var rows = (await _cli.RunAsync("table", "demo", "-f", "json")).Json().GetProperty("rows");
        var ours = await _cli.RunAsync("why", "demo", "k=1");
        var theirs = await _cli.RunAsync("why", "demo", "k=1", "imported=paper.csv");
        var kept = await _cli.RunAsync("plan", _cli.Sweep(), "-f", "json");
        var best = await _cli.RunAsync("query", "best", "demo");
        var away = await _cli.RunAsync("delete", "demo", "--imported");
        var after = (await _cli.RunAsync("table", "demo", "-f", "json")).Json().GetProperty("rows");

        Assert.Contains("imported 3 trials into demo, marked paper.csv", done.Error, StringComparison.Ordinal);
        Assert.Contains("3 trials had been imported before", again.Error, StringComparison.Ordinal);
        Assert.Equal((5, 2), (rows.GetArrayLength() + 1, after.GetArrayLength()));
        Assert.Contains("paper.csv", table.Out, StringComparison.Ordinal);
        Assert.Contains("91.00", table.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("paper.csv", ours.Out, StringComparison.Ordinal);
        Assert.Contains("imported from", theirs.Out, StringComparison.Ordinal);
        Assert.Equal((4, 0), (kept.Json()[0].GetProperty("kept").GetInt32(), kept.Json()[0].GetProperty("unwanted").GetInt32()));
        Assert.Contains("paper.csv", best.Out, StringComparison.Ordinal);
        Assert.Contains("deleted 3 trials of demo", away.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_rows_are_refused_with_line_and_column_and_nothing_is_imported()
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        var bad = _cli.File("bad.csv", "k,seed,test_nll,foo\n1,0,90,\n-1,x,nan,3\n5,0\n5,1,,\n");
        var worse = _cli.File("worse.csv", "k,seed,test_nll,fo\n1,0,90,\n-1,x,nan,3\n1,0,91,\n5,1,,\n,2,3,\n");
        var json = _cli.File("bad.json", "[{\"k\": 1,\n \"test_nll\": \"low\"}]");

        var fields = await _cli.RunAsync("import", "demo", bad);
        var rows = await _cli.RunAsync("import", "demo", worse);
        var objects = await _cli.RunAsync("import", "demo", json);
        var sweep = (await _cli.RunAsync("list", "-f", "json")).Json()[0];

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage, ExitCodes.Usage), (fields.Code, rows.Code, objects.Code));
        Assert.Contains("bad.csv:4:3: the line has 2 fields, and the first line names 4", fields.Error, StringComparison.Ordinal);
        Assert.Contains("worse.csv:3:2: a seed is a whole number", rows.Error, StringComparison.Ordinal);
        Assert.Contains("worse.csv:3:3: test_nll takes a number; found 'nan'", rows.Error, StringComparison.Ordinal);
        Assert.Contains("worse.csv:3:4: 'fo' is neither a configuration path", rows.Error, StringComparison.Ordinal);
        Assert.Contains("A column that is not to be read is named with # before it: #fo.", rows.Error, StringComparison.Ordinal);
        Assert.Contains("worse.csv:4:1: the same configuration and seed as in line 2", rows.Error, StringComparison.Ordinal);
        Assert.Contains("worse.csv:5:1: has no value of any metric", rows.Error, StringComparison.Ordinal);
        Assert.Contains("worse.csv:6:2: says nothing of objective.k", rows.Error, StringComparison.Ordinal);
        Assert.Contains("bad.json:2:14: test_nll takes a number; found 'low'", objects.Error, StringComparison.Ordinal);
        Assert.Equal(4, sweep.GetProperty("trials").GetInt32());
    }

    [Fact]
    public async Task On_a_terminal_retiring_finished_trials_is_a_question()
    {
        await _cli.RunAsync("run", _cli.Sweep("[1, 5]"), "--devices", "cpu:1");

        _cli.In = new StringReader("\n");
        var no = await _cli.RunAsync("run", _cli.Sweep("[5, 10]"), "--devices", "cpu:1");
        _cli.In = new StringReader("y\n");
        var yes = await _cli.RunAsync("run", _cli.Sweep("[5, 10]"), "--devices", "cpu:1");

        Assert.Equal((ExitCodes.Usage, ExitCodes.Done), (no.Code, yes.Code));
        Assert.Contains("2 finished trials of 'demo' would count in no table any more. Retire them? [y/N]", no.Error,
            StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", no.Error, StringComparison.Ordinal);
        Assert.Contains("2 finished trials are in no row", yes.Out, StringComparison.Ordinal);
    }

    private string[] Files() => Directory.Exists(Artifacts)
        ? [.. Directory.GetFiles(Artifacts, "*", SearchOption.AllDirectories).Where(file => file.Contains("/attempt-",
            StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    private Task<Head> HeadAsync() => Head.StartAsync(
        new HeadSettings { StorePath = _cli.Store, ArtifactsFolder = Artifacts }, Token);
}
