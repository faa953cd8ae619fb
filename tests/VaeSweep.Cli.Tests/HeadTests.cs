using System.Text.Json;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

/// <summary>Commands beside a running head: they ask it, as if they had opened its store themselves.</summary>
public sealed class HeadTests : IDisposable
{
    private readonly Cli _cli = new();

    private static CancellationToken Token => LiteDbLab.Token;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Every_command_works_beside_a_running_head()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        var submitted = await DoneAsync("submit", _cli.Sweep());
        await TrainOneAsync(head.Store);
        var trial = await head.Store.Results.TrialsAsync(TrialFilter.AllOf("demo"), TrialParts.None, Token).FirstAsync(Token);

        Assert.Contains("4 trials", submitted.Error, StringComparison.Ordinal);
        Assert.Contains("whose head gives the trials", submitted.Error, StringComparison.Ordinal);
        Assert.Contains("demo", (await DoneAsync("list")).Out, StringComparison.Ordinal);
        Assert.Contains("4 trials", (await DoneAsync("status", "demo")).Out, StringComparison.Ordinal);
        Assert.Contains("compared with", (await DoneAsync("plan", _cli.Sweep(ks: "[1, 5, 7]"))).Out, StringComparison.Ordinal);
        Assert.Contains(trial.Id, (await DoneAsync("show", trial.Id)).Out, StringComparison.Ordinal);
        Assert.Equal("n\n4\n", (await DoneAsync("query", "SELECT count(*) AS n FROM trials", "--format", "csv")).Out);
        Assert.Contains("81.5", (await DoneAsync("table", "demo", "--format", "csv")).Out, StringComparison.Ordinal);
        await DoneAsync("export", "demo", "--to", "csv", "-o", _cli.Store + ".csv");
        Assert.Contains(trial.Id, await File.ReadAllTextAsync(Path.Combine(_cli.Store + ".csv", "trials.csv"), Token),
            StringComparison.Ordinal);
        await DoneAsync("nodes");
        await DoneAsync("why", "demo", "objective.k=1");
        await DoneAsync("pause", "demo");
        Assert.Equal(SweepState.Paused, (await head.Store.GetSweepAsync("demo", Token))!.State);
        await DoneAsync("set", "demo", "--priority", "3");
        await DoneAsync("resume", "demo", "--detach");
        var after = (await head.Store.GetSweepAsync("demo", Token))!;
        Assert.Equal((SweepState.Active, 3), (after.State, after.Priority));
        await DoneAsync("stop", "demo");
        Assert.Equal(SweepState.Stopped, (await head.Store.GetSweepAsync("demo", Token))!.State);
    }

    [Fact]
    public async Task What_a_head_answers_is_what_its_store_says()
    {
        var direct = new List<string>();
        var asked = new List<string>();
        string[][] commands =
        [
            ["list", "--format", "json"], ["status", "demo", "--format", "json"], ["table", "demo", "--format", "jsonl"],
            ["table", "demo", "--where", "k=1", "--top", "1", "--format", "md"], ["table", "demo", "--where", "seed=0"],
            ["query", "SELECT * FROM trials", "--format", "csv"], ["nodes", "--format", "json"],
        ];
        await using (var head = await RunningHead.StartAsync(_cli.Store))
        {
            await DoneAsync("submit", _cli.Sweep());
            await TrainOneAsync(head.Store);
            foreach (var words in commands)
                asked.Add((await DoneAsync(words)).Out);
        }

        foreach (var words in commands)
            direct.Add((await DoneAsync(words)).Out);

        Assert.Equal(direct, asked);
    }

    [Fact]
    public async Task A_store_in_use_is_backed_up_by_its_head()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await DoneAsync("submit", _cli.Sweep());
        var file = _cli.Store + ".backup";

        var made = await DoneAsync("store", "backup", file, "--format", "json");
        var again = await _cli.RunAsync("store", "backup", file);
        var forced = await DoneAsync("store", "backup", file, "--force");
        var named = await DoneAsync("store", "backup", file + "2", "--head", head.Address);
        var own = await _cli.RunAsync("store", "backup", _cli.Store + ".wal");

        Assert.Equal(4, JsonDocument.Parse(made.Out).RootElement.GetProperty("trials").GetInt64());
        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (again.Code, own.Code));
        Assert.Contains("4 trials", forced.Out + named.Out, StringComparison.Ordinal);
        Assert.Equal(4, StoreBackup.Verify(file, Token).Trials);
        Assert.Equal(4, StoreBackup.Verify(file + "2", Token).Trials);
    }

    [Fact]
    public async Task A_head_can_be_named_by_its_address_alone()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await DoneAsync("submit", _cli.Sweep());

        var named = await DoneAsync("list", "--head", head.Address);
        _cli.Environment["VAESWEEP_HEAD"] = head.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var elsewhere = await _cli.RunAsync("list", "--store", _cli.Store + ".other");

        Assert.Contains("demo", named.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, elsewhere.Code);
        Assert.Contains("brought no token", elsewhere.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_machine_needs_a_key()
    {
        var asked = await _cli.RunAsync("list", "--head", "gpu-01:4100");
        var backup = await _cli.RunAsync("store", "backup", _cli.Store + ".backup", "--head", "gpu-01:4100");
        var wrong = await _cli.RunAsync("list", "--head", "gpu-01");

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage, ExitCodes.Usage), (asked.Code, backup.Code, wrong.Code));
        Assert.Contains("--key FILE", asked.Error, StringComparison.Ordinal);
        Assert.Contains("on its own machine", backup.Error, StringComparison.Ordinal);
        Assert.Contains("HOST:PORT", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("pause", "demo")]
    [InlineData("submit", "SWEEP")]
    [InlineData("store", "backup", "BACKUP")]
    public async Task A_head_on_another_host_is_named(params string[] words)
    {
        await using var head = await RunningHead.StartAsync(_cli.Store, owner => owner with { Host = "gpu-01" });

        var answer = await _cli.RunAsync([.. words.Select(Word)]);

        Assert.Equal(ExitCodes.Held, answer.Code);
        Assert.Contains("the head runs on gpu-01; use --head", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_is_only_being_started_is_waited_for()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store, owner => owner with { Address = null, Token = null });
        var announced = StoreOwner.Read(_cli.Store)! with { Address = head.Address, Token = RunningHead.Secret };

        var asking = _cli.RunAsync("list");
        await File.WriteAllTextAsync(StoreOwner.PathOf(_cli.Store), JsonSerializer.Serialize(announced), Token);

        Assert.Equal(ExitCodes.Done, (await asking).Code);
    }

    [Fact]
    public async Task A_head_that_cannot_be_asked_is_code_3()
    {
        await using var mute = await RunningHead.StartAsync(_cli.Store, owner => owner with { Address = null, Token = null });
        var held = await _cli.RunAsync("list");
        var run = await _cli.RunAsync("run", _cli.Sweep());
        await File.WriteAllTextAsync(StoreOwner.PathOf(_cli.Store),
            JsonSerializer.Serialize(StoreOwner.Read(_cli.Store)! with { Address = mute.Address, Token = "x" }), Token);
        await mute.HangUpAsync();

        var gone = await _cli.RunAsync("list");

        Assert.Equal((ExitCodes.Held, ExitCodes.Held, ExitCodes.Held), (held.Code, run.Code, gone.Code));
        Assert.Contains($"process {Environment.ProcessId}", held.Error, StringComparison.Ordinal);
        Assert.Contains($"the head at {mute.Address} does not answer", gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_sql_is_pointed_at_beside_a_head_too()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);

        var answer = await _cli.RunAsync("query", "SELECT trial FROM trails");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("trials", answer.Error, StringComparison.Ordinal);
        Assert.Contains("\n                    ^", answer.Error, StringComparison.Ordinal);
    }

    private static async Task TrainOneAsync(IStore store)
    {
        var claim = Assert.Single(await store.ClaimAsync(new ClaimRequest("w", "cpu:0", "t"), Token));
        var epochs = Enumerable.Range(1, claim.Epochs)
            .Select(epoch => new AttemptEpoch(claim.Attempt,
                new EpochReport { Epoch = epoch, TrainElbo = -100 + epoch, Seconds = 0.5 }));
        await store.AppendAsync(new ReportBatch([.. epochs], []), Token);
        var end = new AttemptEnd(AttemptOutcome.Succeeded) { Evaluations = [new Evaluation("test_nll", 81.5, 5, 50)] };
        Assert.True(await store.FinishAsync(claim.Attempt, end, Token));
    }

    private string Word(string word) => word switch
    {
        "SWEEP" => _cli.Sweep(),
        "BACKUP" => _cli.Store + ".backup",
        _ => word,
    };

    private async Task<Answer> DoneAsync(params string[] words)
    {
        var answer = await _cli.RunAsync(words);
        Assert.True(answer.Code == ExitCodes.Done, $"{string.Join(' ', words)}: {answer.Code}\n{answer.Out}{answer.Error}");
        return answer;
    }
}
