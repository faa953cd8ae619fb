using System.Globalization;
using System.Runtime.InteropServices;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Deploy.Tests;

/// <summary>What an owner types, and how soon every node has done it: two worker processes with real trainers on a real PostgreSQL. Times are the store's: from the
/// return of the command to what the nodes wrote.</summary>
public sealed partial class ControlTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Terminate = 15;

    /// <summary>What is promised.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(2);

    private Lab _lab = null!;
    private Daemon _first = null!;
    private Daemon _second = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await Lab.StartAsync(Token);
        _first = _lab.Start("first.log", "worker", "--devices", "cpu:1");
        _second = _lab.Start("second.log", "worker", "--devices", "cpu:1");
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task Pause_resume_and_stop_act_on_every_node_within_two_seconds()
    {
        await SubmitAsync(Endless("loop"));
        await RunningAsync("loop", 2);

        var paused = await CommandAsync("pause", "loop");
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'loop' AND state = 'paused'", 2);
        var pauses = await TimesAsync("ended_at", "outcome = 'paused'");
        var resumed = await CommandAsync("resume", "loop", "--detach");
        await RunningAsync("loop", 2);
        var starts = await TimesAsync("started_at", "outcome IS NULL");
        await MovedOnAsync("loop");
        var stopped = await CommandAsync("stop", "loop");
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'loop' AND state = 'stopped'", 2);
        var stops = await TimesAsync("ended_at", "outcome = 'stopped'");

        Within("pause", paused, pauses, 2);
        Within("resume", resumed, starts, 2);
        Within("stop", stopped, stops, 2);
    }

    [Fact]
    public async Task A_drained_node_gives_its_trial_back_and_another_goes_on_with_it_within_two_seconds()
    {
        await SubmitAsync(Endless("loop"));
        await RunningAsync("loop", 2);
        await CommandAsync("set", "loop", "--max-concurrent", "2");

        var told = Now();
        Assert.Equal(0, Kill(_first.Pid, Terminate));
        Assert.Equal(0, await _first.EndAsync(Token));
        var released = await TimesAsync("ended_at", "outcome = 'released'");
        await using var heir = _lab.Start("heir.log", "worker", "--devices", "cpu:1");
        await RunningAsync("loop", 2);

        Within("drain", told, released, 1);
        Assert.Equal([[0L]], await _lab.QueryAsync("SELECT count(*) FROM epochs GROUP BY sweep, trial, epoch HAVING count(*) > 1 UNION ALL SELECT 0", Token));
        var fresh = await _lab.QueryAsync("SELECT from_epoch FROM attempts WHERE attempt = 2", Token);
        Assert.True((long)Assert.Single(fresh)[0]! > 0, "the heir began anew");
    }

    [Fact]
    public async Task Retried_trials_are_trained_within_two_seconds_and_only_those_of_the_class()
    {
        // A learning rate at which the first bound is no number.
        await SubmitAsync(Of("broken", epochs: 3, "train.optimizer.adam.lr: [1.0e30, 1.0e-3]"));
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'broken' AND state = 'failed' AND failure_class = 'nan'", 1);
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'broken' AND state = 'succeeded'", 1);

        await CommandAsync("retry", "broken", "--failed", "--class", "oom");
        var others = await _lab.CountAsync("SELECT count(*) FROM attempts", Token);
        var retried = await CommandAsync("retry", "broken", "--failed", "--class", "nan");
        await HoldsAsync("SELECT count(*) FROM attempts WHERE outcome = 'failed'", 2);
        var starts = await TimesAsync("started_at", "attempt = 2");

        Assert.Equal(2, others);
        Within("retry --failed --class nan", retried, starts, 1);
    }

    [Fact]
    public async Task A_priority_and_a_cap_decide_what_is_claimed_next_on_every_node()
    {
        await SubmitAsync(Of("first", epochs: 5, "model.latent: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]", seeds: 20));
        await SubmitAsync(Of("urgent", epochs: 5, "model.latent: [2, 3, 4, 5, 6, 7]"));
        await HoldsAsync("SELECT least(count(*), 2) FROM trials WHERE sweep = 'first' AND state = 'succeeded'", 2);

        var raised = await CommandAsync("set", "urgent", "--priority", "5");
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'urgent' AND state = 'succeeded'", 6);
        var urgent = await TimesAsync("started_at", "sweep = 'urgent'");
        var capped = await CommandAsync("set", "first", "--max-concurrent", "1");
        await MovedOnAsync("first");
        await MovedOnAsync("first");

        Within("set --priority", raised, urgent.Take(2).ToList(), 2);
        var between = await _lab.CountAsync(
            $"SELECT count(*) FROM attempts WHERE sweep = 'first' AND started_at::timestamptz > to_timestamp({Text(raised + Promise.TotalSeconds)}) AND started_at::timestamptz < to_timestamp({Text(urgent[^1])})", Token);
        Assert.Equal(0, between);
        // Attempts that began once the cap was known never overlapped with another.
        var overlaps = await _lab.CountAsync(
            $"""
            SELECT count(*) FROM attempts a JOIN attempts b ON b.sweep = a.sweep AND (b.trial, b.attempt) <> (a.trial, a.attempt)
            WHERE a.sweep = 'first' AND a.started_at::timestamptz > to_timestamp({Text(capped)})
              AND b.started_at::timestamptz < a.started_at::timestamptz AND coalesce(b.ended_at::timestamptz, 'infinity') > a.started_at::timestamptz
            """,
            Token);
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public async Task A_node_with_other_software_takes_nothing_of_a_sweep_and_says_so()
    {
        await SubmitAsync(Of("theirs", epochs: 3, "model.latent: [2, 3]"), paused: true);
        await SetActiveWithStackAsync("theirs", "numerics 0, libtorch 0.9.0");

        await HoldsAsync("SELECT count(*) FROM nodes WHERE note LIKE 'has %: takes nothing of theirs'", 2);
        using var nodes = System.Text.Json.JsonDocument.Parse((await _lab.DoAsync(Token, "nodes", "--format", "json")).Out);
        var refused = await _lab.RunAsync(Token, "worker", "--devices", "cpu:1", "--until-done");
        await CommandAsync("set", "theirs", "--allow-mixed");
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'theirs' AND state = 'succeeded'", 2);

        Assert.Equal(1, refused.Code);
        Assert.Contains("sweep theirs is trained with numerics 0, libtorch 0.9.0, and this node has numerics ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("vaesweep set theirs --allow-mixed", refused.Errors, StringComparison.Ordinal);
        var first = nodes.RootElement[0];
        Assert.Equal((Environment.MachineName, "cpu:0"), (first.GetProperty("host").GetString(), first.GetProperty("devices")[0].GetString()));
        Assert.Matches(@"^numerics \d+, libtorch \d", first.GetProperty("software").GetString());
        Assert.True(first.GetProperty("load").GetDouble() >= 0);
        Assert.Contains("takes nothing of theirs", first.GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_store_a_newer_version_has_changed_gives_its_trial_back_and_leaves_with_the_reason()
    {
        await SubmitAsync(Endless("loop"));
        await RunningAsync("loop", 2);
        var known = await SchemaAsync();

        await using var source = Npgsql.NpgsqlDataSource.Create(Connection());
        await using (var change = source.CreateCommand($"UPDATE vaesweep.t_schema SET version = {known + 1}"))
        {
            await change.ExecuteNonQueryAsync(Token);
        }

        var codes = new[] { await _first.EndAsync(Token), await _second.EndAsync(Token) };

        Assert.Equal([1, 1], codes);
        Assert.All(new[] { _first.Log, _second.Log }, log => Assert.Contains(
            $"has schema {known + 1}, written by a newer VaeSweep; this one knows up to {known}. Update VaeSweep. This node has brought its trials to a checkpoint, given them back and left.",
            log, StringComparison.Ordinal));
        Assert.Equal(2, await _lab.CountAsync("SELECT count(*) FROM attempts WHERE outcome = 'released' AND to_epoch > 0", Token));

        async Task<int> SchemaAsync()
        {
            await using var asked = Npgsql.NpgsqlDataSource.Create(Connection());
            await using var read = asked.CreateCommand("SELECT max(version) FROM vaesweep.t_schema");
            return (int)(await read.ExecuteScalarAsync(Token))!;
        }
    }

    private string Connection()
    {
        var url = new Uri(_lab.Server.SecretUrl());
        var (user, password) = url.UserInfo.Split(':') is [var name, var secret] ? (name, Uri.UnescapeDataString(secret)) : (url.UserInfo, "");
        return new Npgsql.NpgsqlConnectionStringBuilder { Host = url.Host, Port = url.Port, Username = user, Password = password, Database = url.AbsolutePath[1..] }.ConnectionString;
    }

    /// <summary>Far longer than any test: whatever ends it was asked for.</summary>
    private static string Endless(string name) => Of(name, epochs: 1_000_000, "model.latent: [2, 3]");

    private static string Of(string name, int epochs, string varies, int seeds = 1) =>
        $$"""
        name: {{name}}
        dataset: { name: sprites, train: 400, valid: 50, test: 50, binarization: dynamic }
        model: { hidden: [16] }
        train: { epochs: {{epochs}}, batch_size: 50, checkpoint_epochs: 50 }
        evaluate: { metrics: [test_elbo] }
        parameters: { {{varies}} }
        seeds: {{seeds}}

        """;

    private async Task SubmitAsync(string sweep, bool paused = false)
    {
        var path = _lab.Write("sweep.yaml", sweep);
        if (paused)
        {
            await PausedFirstAsync(path);
            return;
        }

        await _lab.DoAsync(Token, "submit", path);
    }

    /// <summary>Its trials are there before anybody may claim them: the workers of this test are faster than a second command.</summary>
    private async Task PausedFirstAsync(string path)
    {
        var definition = SweepFile.Load(path);
        await _lab.Store.SubmitAsync(new SweepSubmission(definition.Name, await File.ReadAllTextAsync(path, Token)), [], Token);
        await _lab.Store.SetSweepStateAsync(definition.Name, SweepState.Paused, Token);
        await _lab.DoAsync(Token, "submit", path);
    }

    /// <summary>As if a node of another version had claimed first: alone, it makes the sweep its own and gives the trial back.</summary>
    private async Task SetActiveWithStackAsync(string sweep, string stack)
    {
        foreach (var daemon in new[] { _first, _second })
        {
            Assert.Equal(0, Kill(daemon.Pid, Halt));
        }

        await _lab.Store.SetSweepStateAsync(sweep, SweepState.Active, Token);
        var claim = Assert.Single(await _lab.Store.ClaimAsync(new ClaimRequest("old/cpu:0", "cpu:0", "old/1", TimeSpan.FromMinutes(1), Sweep: sweep, Node: "old") { Stack = stack }, Token));
        Assert.True(await _lab.Store.FinishAsync(claim.Attempt, new AttemptEnd(AttemptOutcome.Released), Token));
        foreach (var daemon in new[] { _first, _second })
        {
            Assert.Equal(0, Kill(daemon.Pid, Continue));
        }
    }

    private const int Halt = 19;
    private const int Continue = 18;

    /// <returns>When it returned.</returns>
    private async Task<double> CommandAsync(params string[] arguments)
    {
        await _lab.DoAsync(Token, arguments);
        return Now();
    }

    private static double Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private Task RunningAsync(string sweep, int trials) =>
        HoldsAsync($"SELECT count(*) FROM attempts WHERE sweep = '{sweep}' AND outcome IS NULL AND to_epoch > from_epoch", trials);

    /// <summary>Waits until something more was trained.</summary>
    private async Task MovedOnAsync(string sweep)
    {
        var before = await _lab.CountAsync($"SELECT count(*) FROM epochs WHERE sweep = '{sweep}'", Token);
        await Until.HoldsAsync(async () => await _lab.CountAsync($"SELECT count(*) FROM epochs WHERE sweep = '{sweep}'", Token) > before + 10, () => _first.Log, Token);
    }

    private Task HoldsAsync(string count, long expected) =>
        Until.HoldsAsync(async () => await _lab.CountAsync(count, Token) == expected, () => $"{count}\nfirst: {_first.Log}\nsecond: {_second.Log}", Token);

    /// <returns>Ascending, in seconds.</returns>
    private async Task<IReadOnlyList<double>> TimesAsync(string column, string where) =>
        [.. (await _lab.QueryAsync($"SELECT extract(epoch FROM {column}::timestamptz)::double precision FROM attempts WHERE {where} ORDER BY 1", Token)).Select(row => (double)row[0]!)];

    private void Within(string command, double returned, IReadOnlyList<double> times, int nodes)
    {
        Assert.Equal(nodes, times.Count);
        var took = TimeSpan.FromSeconds(times.Max() - returned);
        output.WriteLine($"{command}: {took.TotalSeconds:F2} s after its return on all nodes");
        Assert.True(took < Promise, $"{command} acted {took.TotalSeconds:F2} s after its return");
    }

    private static string Text(double seconds) => seconds.ToString("F3", CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
