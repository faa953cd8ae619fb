using VaeSweep.Cluster;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

/// <summary>What a person begins with, and comes back to: init, best, logs, completion, the order of a grid.</summary>
public sealed class FirstStepTests : IDisposable
{
    private readonly Cli _cli = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task The_best_trial_is_a_sweep_file_of_that_very_trial()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1", "--set", "lr=1e-5", "--set", "evaluate.every=2");
        var id = (await _cli.RunAsync("query", "best", "demo", "-f", "json")).Json()[0].GetProperty("trial").GetString();

        var best = await _cli.RunAsync("best", "demo");
        var json = await _cli.RunAsync("best", "demo", "--format", "json");
        var file = _cli.File("best.yaml", best.Out);
        var plan = await _cli.RunAsync("plan", file, "--reuse", "--devices", "cpu:1");
        var none = await _cli.RunAsync("best", "demo", "--metric", "active_units");
        var trial = Assert.Single(SweepFile.Load(file).Expand());

        Assert.Equal(ExitCodes.Done, best.Code);
        Assert.StartsWith($"# trial {id} of demo: test_nll ", best.Out, StringComparison.Ordinal);
        Assert.Equal(id, trial.Id);
        Assert.Equal(trial.ConfigJson, json.Json().GetProperty("config").GetRawText());
        Assert.Contains("demo-best: 1 trial", plan.Out, StringComparison.Ordinal);
        Assert.Contains("1 trial from demo", plan.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, none.Code);
        Assert.Contains("no trial of demo has a value of active_units yet", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_trials_log_tells_its_attempts_and_what_its_trainer_printed(bool beside)
    {
        _cli.Launcher.FailureOf = config => config.Objective.K == 5 ? "NaN in the bound at epoch 2" : null;
        _cli.Launcher.BeforeEpoch = (trial, epoch) =>
        {
            if (epoch != 1)
                return;
            Directory.CreateDirectory(trial.ArtifactsFolder);
            File.WriteAllText(Path.Combine(trial.ArtifactsFolder, TrainerLog.FileName), "a warning of libtorch\n");
        };
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        await using var head = beside ? await Head.StartAsync(
            new HeadSettings { StorePath = _cli.Store, ArtifactsFolder = _cli.Store + ".artifacts" }, Token) : null;
        var ids = (await _cli.RunAsync("query", "SELECT trial FROM trials ORDER BY state DESC, trial", "-f", "csv"))
            .Out.Trim().Split('\n')[1..];

        var good = await _cli.RunAsync("logs", ids[0]);
        var bad = await _cli.RunAsync("logs", ids[^1]);

        Assert.Contains("attempt 1 begins on cpu:0", good.Out, StringComparison.Ordinal);
        Assert.Contains("| a warning of libtorch", good.Out, StringComparison.Ordinal);
        Assert.Contains("attempt 1 succeeded at epoch 3", good.Out, StringComparison.Ordinal);
        Assert.Contains("attempt 1 failed at epoch 0 (nan): NaN in the bound at epoch 2", bad.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_file_is_written_that_can_be_planned_and_nothing_is_written_over()
    {
        var file = Path.Combine(Path.GetDirectoryName(_cli.Store)!, "first.yaml");

        var made = await _cli.RunAsync("init", file);
        var again = await _cli.RunAsync("init", file);
        var plan = await _cli.RunAsync("plan", file, "--devices", "cpu:1");

        Assert.Equal((ExitCodes.Done, ExitCodes.Usage, ExitCodes.Done), (made.Code, again.Code, plan.Code));
        Assert.Contains("is there already", again.Error, StringComparison.Ordinal);
        Assert.Contains("first: 12 trials", plan.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_a_first_file_asks_until_an_answer_can_be_used()
    {
        var file = Path.Combine(Path.GetDirectoryName(_cli.Store)!, "asked.yaml");
        _cli.In = new StringReader("mine\nmnits\nsprites\n[3]\n\nten\n10\n1\n");

        var made = await _cli.RunAsync("init", file);
        var definition = SweepFile.Load(file);

        Assert.Contains("mnits", made.Error, StringComparison.Ordinal);
        Assert.Equal(("mine", 2L), (definition.Name, definition.Count(Token)));
        Assert.Contains("name: sprites", definition.Text, StringComparison.Ordinal);
        Assert.Contains("epochs: 10", definition.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_knows_every_verb_and_option()
    {
        var bash = await _cli.RunAsync("completion", "bash");
        var zsh = await _cli.RunAsync("completion", "zsh");
        var fish = await _cli.RunAsync("completion", "fish");
        var other = await _cli.RunAsync("completion", "tcsh");

        var script = _cli.File("completion.sh", bash.Out + "COMP_WORDS=(vaesweep del); COMP_CWORD=1; _vaesweep; "
            + "echo \"${COMPREPLY[@]}\"; COMP_WORDS=(vaesweep delete demo --dr); COMP_CWORD=3; _vaesweep; "
            + "echo \"${COMPREPLY[@]}\"\n");
        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("bash", [script]) { RedirectStandardOutput = true,
                UseShellExecute = false })!;
        var completed = await shell.StandardOutput.ReadToEndAsync(Token);
        await shell.WaitForExitAsync(Token);

        Assert.Equal("delete\n--dry-run\n", completed);
        Assert.StartsWith("#compdef vaesweep", zsh.Out, StringComparison.Ordinal);
        Assert.Contains("-n '__fish_seen_subcommand_from delete' -l dry-run", fish.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, other.Code);
    }
}
