using System.Diagnostics;
using System.Text.Json;
using VaeSweep.Training;

namespace VaeSweep.Cli.Tests;

/// <summary>A sweep whose epochs are raised after it has run, by the real program.</summary>
public sealed class LongerTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("method: random\ntrials: 2\n")]
    [InlineData("method: tpe\ntrials: 3\nsearch: { metric: valid_elbo, startup: 2 }\n")]
    public async Task Two_epochs_and_then_four_end_with_the_bits_of_four(string method)
    {
        LibTorch.Require();
        var sweep = Sweep("3, 4, 5", epochs: 2, method);
        await TrainAsync(sweep);
        var trained = await RowsAsync("SELECT config ->> '$.\"model.latent\"' FROM trials WHERE wanted");

        var plan = await _cli.RunAsync("plan", sweep, "--set", "train.epochs=4");
        var raised = await TrainAsync(sweep, "--set", "train.epochs=4");
        var stories = await RowsAsync("SELECT detail FROM events WHERE event = 'lengthened'");
        var found = await ResultsAsync();

        Assert.Contains($"{trained.Count} trials go on from 2 of their 4 epochs", plan.Out, StringComparison.Ordinal);
        Assert.Contains($"{trained.Count} trials go on from 2 of their 4 epochs", raised, StringComparison.Ordinal);
        Assert.Equal(trained.Count, stories.Count);
        Assert.Equal($"{trained.Count}", await ValueAsync("SELECT count(*) FROM trials WHERE wanted AND epochs_done = 4"));
        Assert.Equal("0", await ValueAsync("SELECT count(*) FROM attempts WHERE to_epoch = 4 AND from_epoch <> 2"));
        // The same trials, from the start.
        var values = string.Join(", ", trained.Order(StringComparer.Ordinal));
        Assert.Equal(ExitCodes.Done, (await _cli.RunAsync("delete", "raised")).Code);
        await TrainAsync(Sweep(values, epochs: 4));
        Assert.Equal("0", await ValueAsync("SELECT count(*) FROM events WHERE event = 'lengthened'"));
        Assert.Equal(await ResultsAsync(), found);
    }

    private string Sweep(string values, int epochs, string method = "") => _cli.File("raised.yaml", $$"""
        name: raised
        dataset: { name: sprites, binarization: dynamic, train: 200, valid: 40, test: 60 }
        train: { epochs: {{epochs}}, batch_size: 32 }
        model: { hidden: [24], batch_norm: true }
        objective: { warmup_epochs: 3 }
        {{method}}
        parameters: { model.latent: [{{values}}] }
        evaluate: { metrics: [test_elbo, active_units] }
        """);

    private async Task<string> TrainAsync(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"), "run", .. args,
            "--devices", "cpu:1", "--store", _cli.Store])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            Environment = { ["VAESWEEP_SHARE"] = "1" },
        };
        using var run = Process.Start(start)!;
        var error = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(_patience, TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, await error);
        return await error;
    }

    /// <summary>Curves, scores and weights of the trials that count, in order of their ids.</summary>
    private async Task<IReadOnlyList<string>> ResultsAsync()
    {
        var curves = await RowsAsync("""
            SELECT trial || ' ' || epoch || ' ' || json_array(train_elbo, train_recon, train_kl, valid_elbo, test_elbo, beta,
                grad_norm) AS x FROM epochs WHERE trial IN (SELECT trial FROM trials WHERE wanted) ORDER BY trial, epoch
            """);
        var scores = await RowsAsync("""
            SELECT trial || ' ' || metric || ' ' || value AS x FROM evaluations
            WHERE trial IN (SELECT trial FROM trials WHERE wanted) ORDER BY trial, metric
            """);
        var models = await RowsAsync("SELECT model_path FROM trials WHERE wanted ORDER BY trial");
        var weights = models.SelectMany(path => SafetensorsFile.Load(path).Tensors)
            .Select(tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Data)}");
        Assert.NotEmpty(models);
        return [.. curves, .. scores, .. weights];
    }

    private async Task<string> ValueAsync(string sql) => Assert.Single(await RowsAsync(sql));

    /// <summary>The first column.</summary>
    private async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        var answer = await _cli.RunAsync("query", sql, "-f", "json");
        Assert.True(answer.Code == ExitCodes.Done, answer.Error);
        return [.. answer.Json().EnumerateArray().Select(row => row.EnumerateObject().First().Value)
            .Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText())];
    }
}
