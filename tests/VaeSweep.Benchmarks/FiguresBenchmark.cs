using System.Diagnostics;
using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Report;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>How long does a researcher wait for a learning-curve figure over 1,000 trials of 300 epochs, and how large is their
/// report?</summary>
/// <remarks>Targets: the figure, from the question to the file's text, under 2 s; the report under 5 MB. 40 configurations by 25
/// seeds; units of 20 latents every epoch.</remarks>
internal static class FiguresBenchmark
{
    private const int Epochs = 300;
    private const int Units = 20;
    private const int PerClaim = 50;
    private const int Measured = 5;

    private const string Definition = """
        name: bench
        dataset: { name: sprites }
        model: { hidden: [200, 200] }
        train: { epochs: 300 }
        parameters:
          model.latent: [2, 5, 10, 15, 20, 25, 30, 40, 50, 100]
          objective.k: [1, 2, 5, 10]
        seeds: 25
        table: { by: [model.latent, objective.k], metric: test_nll }
        """;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            var definition = SweepFile.Parse(Definition);
            await using var store = StoreFactory.Open(Path.Combine(folder.FullName, "store.db"), TimeProvider.System);
            await FillAsync(store, cancellationToken);
            Drawing? drawing = null;
            await MeasureAsync(output, "curves of 1,000 trials by latent size, SVG",
                async () => drawing = await DrawAsync(LearningCurves.Kind, new FigureOptions { By = ["model.latent"] }));
            await MeasureAsync(output, "the same by all 40 configurations (quantiles)",
                () => DrawAsync(LearningCurves.Kind, new FigureOptions()));
            await MeasureAsync(output, "the same by training time",
                () => DrawAsync(LearningCurves.Kind, new FigureOptions { By = ["model.latent"], X = "time" }));
            await MeasureAsync(output, "parameter importance", () => DrawAsync(ParameterImportance.Kind, new FigureOptions()));
            await MeasureAsync(output, "its PNG", () => Task.FromResult(drawing!.ToPng()));
            await MeasureAsync(output, "its PDF", () => Task.FromResult(drawing!.ToPdf()));
            if (ReportPage.IsAvailable)
            {
                var size = 0;
                await MeasureAsync(output, "report without models", async () => size = (await ReportAsync()).Length);
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"report: {size / 1e6:0.00} MB"));
            }

            async Task<FigureContext> ContextAsync(FigureOptions options) =>
                new(store, definition, await SweepTrials.LoadAsync(
                    store.Results, definition.Name, options.Where, cancellationToken), options);

            async Task<Drawing> DrawAsync(FigureKind kind, FigureOptions options) =>
                FigureRenderer.Render(await kind.BuildAsync(await ContextAsync(options), cancellationToken));

            async Task<string> ReportAsync()
            {
                var status = await store.GetSweepAsync(definition.Name, cancellationToken);
                var table = new ComparisonRequest(definition.Name, MetricCatalog.Get("test_nll"), definition.Table.By, []);
                return ReportPage.Render(await ReportBuilder.BuildAsync(
                    await ContextAsync(new FigureOptions()), status!, table, "benchmark", TimeProvider.System.GetUtcNow(),
                    _ => { }, cancellationToken));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync<T>(TextWriter output, string what, Func<Task<T>> work)
    {
        var times = new Times();
        for (var i = 0; i < Measured; i++)
        {
            var since = Stopwatch.GetTimestamp();
            await work();
            times.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }

        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"{what,-48} median {times.Median,7:0.000} s   best {times.Best,7:0.000} s"));
    }

    /// <summary>1,000 trials of 300 epochs.</summary>
    internal static async Task FillAsync(IStore store, CancellationToken cancellationToken)
    {
        var definition = SweepFile.Parse(Definition);
        await store.MigrateAsync(cancellationToken);
        await store.SubmitAsync(new SweepSubmission(definition.Name, definition.Text), definition.Expand(cancellationToken),
            cancellationToken);
        while (await store.ClaimAsync(
            new ClaimRequest("w", "cpu:0", Guid.NewGuid().ToString("N"), PerClaim),
            cancellationToken) is { Count: > 0 } claims)
        {
            foreach (var claim in claims)
            {
                var config = TrialConfigJson.Parse(claim.ConfigJson);
                var asymptote = -80 - (100.0 / config.Model.Layers[0]) + Math.Log(config.Objective.K) + (0.3 * (config.Seed % 7));
                var reports = Enumerable.Range(1, Epochs)
                    .Select(epoch => new AttemptEpoch(claim.Attempt, Report(epoch, asymptote - (120.0 / epoch)))).ToList();
                await store.AppendAsync(new ReportBatch(reports, []), cancellationToken);
                var end = new AttemptEnd(AttemptOutcome.Succeeded) { Evaluations =
                    [new Evaluation("test_nll", -asymptote, 500, 1000)] };
                await store.FinishAsync(claim.Attempt, end, cancellationToken);
            }
        }
    }

    private static EpochReport Report(int epoch, double bound) => new()
    {
        Epoch = epoch, TrainElbo = bound, TestElbo = bound - 2, ActiveUnits = Units, ActiveUnits01 = Units, Seconds = 1.25,
        Units =
            [new LayerUnits([.. Enumerable.Range(1, Units).Select(u => 1.0 / u)],
                [.. Enumerable.Range(1, Units).Select(u => (double)epoch / u)])],
    };
}
