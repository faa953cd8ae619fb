using System.Globalization;
using System.Runtime.InteropServices;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Deploy.Tests;

/// <summary>What an owner types, and how soon every node has done it: a head and two worker processes with real trainers. Times
/// are the store's: from the return of the command to what the nodes told.</summary>
public sealed partial class ControlTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Terminate = 15;

    /// <summary>What is promised.</summary>
    private static readonly TimeSpan _promise = TimeSpan.FromSeconds(2);

    private Lab _lab = null!;
    private Daemon _first = null!;
    private Daemon _second = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lab = await Lab.StartAsync(Token);
        _first = StartWorker("first.log");
        _second = StartWorker("second.log");
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
        await using var heir = StartWorker("heir.log");
        await RunningAsync("loop", 2);

        Within("drain", told, released, 1);
        Assert.Equal(0, await _lab.CountAsync(
            "SELECT count(*) FROM (SELECT 1 FROM epochs GROUP BY sweep, trial, epoch HAVING count(*) > 1)", Token));
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
    public async Task A_priority_and_a_cap_decide_what_is_trained_next_on_every_node()
    {
        var many = string.Join(", ", Enumerable.Range(2, 20));
        await SubmitAsync(Of("first", epochs: 5, $"model.latent: [{many}]", seeds: 20));
        await SubmitAsync(Of("urgent", epochs: 5, "model.latent: [2, 3, 4, 5, 6, 7]"));
        await HoldsAsync("SELECT min(count(*), 2) FROM trials WHERE sweep = 'first' AND state = 'succeeded'", 2);

        var raised = await CommandAsync("set", "urgent", "--priority", "5");
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'urgent' AND state = 'succeeded'", 6);
        var urgent = await TimesAsync("started_at", "sweep = 'urgent'");
        var capped = await CommandAsync("set", "first", "--max-concurrent", "1");
        await MovedOnAsync("first");
        await MovedOnAsync("first");

        Within("set --priority", raised, [.. urgent.Take(2)], 2);
        var first = await SpansAsync("first");
        Assert.DoesNotContain(first, one => one.From > raised + _promise.TotalSeconds && one.From < urgent[^1]);
        // Attempts that began once the cap was known never overlapped with another.
        Assert.DoesNotContain(
            first.Where(one => one.From > capped),
            one => first.Any(other => other != one && other.From < one.From && other.To > one.From));
    }

    [Fact]
    public async Task A_node_with_other_software_takes_nothing_of_a_sweep_and_says_so()
    {
        // Both workers outlive their head, and ask the next one.
        await HoldsAsync("SELECT count(*) FROM nodes", 2);
        await _lab.StopHeadAsync();
        await BeginElsewhereAsync(Of("theirs", epochs: 3, "model.latent: [2, 3]"), "numerics 0, libtorch 0.9.0");
        await _lab.StartHeadAsync(Token);

        await HoldsAsync("SELECT count(*) FROM nodes WHERE note LIKE 'has %: takes nothing of theirs'", 2);
        using var nodes = System.Text.Json.JsonDocument.Parse((await _lab.DoAsync(Token, "nodes", "--format", "json")).Out);
        var refused = await _lab.RunAsync(Token, "worker", "--devices", "cpu:1", "--until-done");
        await CommandAsync("set", "theirs", "--allow-mixed");
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'theirs' AND state = 'succeeded'", 2);

        Assert.Equal(1, refused.Code);
        Assert.Contains(
            "sweep theirs is trained with numerics 0, libtorch 0.9.0, and this node has numerics ", refused.Errors,
            StringComparison.Ordinal);
        Assert.Contains("vaesweep set theirs --allow-mixed", refused.Errors, StringComparison.Ordinal);
        var first = nodes.RootElement[0];
        Assert.Equal(Environment.MachineName, first.GetProperty("host").GetString());
        Assert.Equal("cpu:0", first.GetProperty("devices")[0].GetString());
        Assert.Matches(@"^numerics \d+, libtorch \d", first.GetProperty("software").GetString());
        Assert.True(first.GetProperty("load").GetDouble() >= 0);
        Assert.Contains("takes nothing of theirs", first.GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    private Daemon StartWorker(string log) => _lab.Start(log, "worker", "--join", _lab.Address, "--devices", "cpu:1");

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

    private Task SubmitAsync(string sweep) => _lab.DoAsync(Token, "submit", _lab.Write("sweep.yaml", sweep));

    /// <summary>As if a node of another version had taken a trial of a sweep first, and had given it back.</summary>
    private async Task BeginElsewhereAsync(string sweep, string stack)
    {
        var definition = SweepFile.Parse(sweep, "sweep.yaml");
        await using var store = StoreFactory.Open(_lab.StorePath, TimeProvider.System);
        await store.MigrateAsync(Token);
        await store.SubmitAsync(new SweepSubmission(definition.Name, sweep), definition.Expand(), Token);
        var request = new ClaimRequest(
            "old/cpu:0", "cpu:0", "old/1", Sweep: definition.Name, Node: "old") { Stack = stack };
        var claim = Assert.Single(await store.ClaimAsync(request, Token));
        Assert.True(await store.FinishAsync(claim.Attempt, new AttemptEnd(AttemptOutcome.Released), Token));
    }

    /// <returns>When it returned.</returns>
    private async Task<double> CommandAsync(params string[] arguments)
    {
        await _lab.DoAsync(Token, arguments);
        return Now();
    }

    private static double Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private Task RunningAsync(string sweep, int trials) =>
        HoldsAsync($"SELECT count(*) FROM attempts WHERE sweep = '{sweep}' AND outcome IS NULL AND to_epoch > from_epoch",
            trials);

    /// <summary>Waits until something more was trained.</summary>
    private async Task MovedOnAsync(string sweep)
    {
        var epochs = $"SELECT count(*) FROM epochs WHERE sweep = '{sweep}'";
        var before = await _lab.CountAsync(epochs, Token);
        await Until.HoldsAsync(async () => await _lab.CountAsync(epochs, Token) > before + 10, () => _first.Log, Token);
    }

    private Task HoldsAsync(string count, long expected) => Until.HoldsAsync(
        async () => await _lab.CountAsync(count, Token) == expected,
        () => $"{count}\nhead: {_lab.HeadLog}\nfirst: {_first.Log}\nsecond: {_second.Log}", Token);

    /// <returns>Ascending, in seconds.</returns>
    private async Task<IReadOnlyList<double>> TimesAsync(string column, string where) =>
    [
        .. (await _lab.QueryAsync($"SELECT {column} FROM attempts WHERE {where}", Token)).Select(row => Seconds(row[0])).Order(),
    ];

    private async Task<IReadOnlyList<(double From, double To)>> SpansAsync(string sweep) =>
    [
        .. (await _lab.QueryAsync($"SELECT started_at, ended_at FROM attempts WHERE sweep = '{sweep}'", Token))
            .Select(row => (Seconds(row[0]), Seconds(row[1]))),
    ];

    /// <returns>Infinity for what has not been yet.</returns>
    private static double Seconds(object? instant) => instant is string text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() / 1000.0
        : double.PositiveInfinity;

    private void Within(string command, double returned, IReadOnlyList<double> times, int nodes)
    {
        Assert.Equal(nodes, times.Count);
        var took = TimeSpan.FromSeconds(times.Max() - returned);
        output.WriteLine($"{command}: {took.TotalSeconds:F2} s after its return on all nodes");
        Assert.True(took < _promise, $"{command} acted {took.TotalSeconds:F2} s after its return");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
