using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VaeSweep.Cli.Tests;

/// <summary>Adds a metric of finished models, a metric of epochs, a data set, a prior, a sampler and a scheduler to a copy of the
/// sources, each as one file and one line in its list, builds it and uses them as a person would.</summary>
public sealed class OneFileOneLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-copy-").FullName;

    [Fact]
    public async Task What_people_add_is_one_file_and_one_line_each()
    {
        LibTorch.Require();
        CopySources();
        Add(
            "VaeSweep.Training/Metrics/ToyMetrics.cs",
            """
            [assembly: VaeSweep.Sweeps.KindsIn(typeof(VaeSweep.Training.Metrics.ToyMetrics))]

            namespace VaeSweep.Training.Metrics;

            internal static class ToyMetrics
            {
                public static MetricFormula Score { get; } =
                    new("toy_score", (pack, _) => [.. pack.Progress.Select(progress => 41.5 + progress.Epochs)]);
            }
            """);
        Register(
            "VaeSweep.Sweeps/Metrics/MetricList.cs", "yield return new(\"best_epoch\"",
            "yield return new(\"toy_score\", \"points\", Direction.Higher, \"a score of a toy\") { Evaluated = true };");
        Add(
            "VaeSweep.Training/Metrics/ToyCurves.cs",
            """
            [assembly: VaeSweep.Sweeps.KindsIn(typeof(VaeSweep.Training.Metrics.ToyCurves))]

            namespace VaeSweep.Training.Metrics;

            internal static class ToyCurves
            {
                public static CurveFormula Slope { get; } = new("toy_slope", epoch => 7.25 * epoch.Report.Epoch);
            }
            """);
        Register(
            "VaeSweep.Sweeps/Metrics/MetricList.cs", "yield return new(\"grad_norm\"",
            "yield return new(\"toy_slope\", \"metres\", Direction.None, \"a slope of a toy\")"
                + " { Curve = MetricCurve.By(\"toy_slope\", \"How steep it is.\") };");
        Add(
            "VaeSweep.Training/Data/Sources/ToyDots.cs",
            """
            using VaeSweep.Sweeps;

            [assembly: KindsIn(typeof(VaeSweep.Training.Data.ToyDots))]

            namespace VaeSweep.Training.Data;

            public static class ToyDots
            {
                public static DatasetSource Source { get; } = new()
                {
                    Facts = DatasetList.At("toy-dots"),
                    Title = "Toy dots",
                    Note = "One dot each.",
                    Citation = "none",
                    Licence = "none",
                    Forms =
                    [
                        new DataForm([], _ => new PublishedImages(Dots(SplitKind.Train, 40), null, Dots(SplitKind.Test, 20))),
                    ],
                };

                private static ImageSplit Dots(SplitKind part, int count)
                {
                    var pixels = new byte[count * 12];
                    for (var i = 0; i < count; i++)
                    {
                        pixels[(i * 12) + (i % 12)] = 255;
                    }

                    return new ImageSplit(part, pixels, 12);
                }
            }
            """);
        Register("VaeSweep.Sweeps/Kinds/DatasetList.cs", "new(\"sprites\"",
            "new(\"toy-dots\", 3, 4, 40, 0, 20) { Binary = true },");
        Add(
            "VaeSweep.Models/Priors/WidePrior.cs",
            """
            [assembly: KindsIn(typeof(VaeSweep.Models.Priors.WidePrior))]

            namespace VaeSweep.Models.Priors;

            /// <summary>N(0, 4 I).</summary>
            internal sealed class WidePrior(PriorContext context) : IPrior, IDensity
            {
                public static Kind<PriorContext, IPrior> Kind { get; } = new("wide", context => new WidePrior(context));

                public bool IsStandard => false;

                public IDensity Prepare() => this;

                public Tensor LogDensity(Tensor z) => ((z / 2).square().sum([-1]) + (z.size(2) * Math.Log(8 * Math.PI))) * -0.5;

                public Tensor Sample(int count, IReadOnlyList<NoiseStream> streams) =>
                    Noise.randn(
                        [context.Parameters.Trials, count, context.Latent], streams, context.Parameters.Dtype,
                        context.Parameters.Device) * 2;
            }
            """);
        Register("VaeSweep.Sweeps/Kinds/PriorList.cs", "new(\"mixture\"", "new(\"wide\"),");
        Add(
            "VaeSweep.Sweeps/Search/StepSampler.cs",
            """
            namespace VaeSweep.Sweeps.Search;

            /// <summary>Evenly from the lower bounds to the upper ones.</summary>
            public sealed class StepSampler : ISampler
            {
                public double[] Next(SearchSpace space, IReadOnlyList<Observation> history, long number, int attempt) =>
                    Units.Point(space, _ => (history.Count + attempt) / 4.0);
            }
            """);
        Register("VaeSweep.Sweeps/Search/SamplerList.cs", "new(\"sobol\"", "new(\"step\", (_, _) => new StepSampler()),");
        Add(
            "VaeSweep.Sweeps/Search/EvenScheduler.cs",
            """
            namespace VaeSweep.Sweeps.Search;

            /// <summary>Every second point goes on.</summary>
            public sealed class EvenScheduler(int first, int epochs) : IScheduler
            {
                public int FirstBudget => first;

                public IReadOnlyList<Decision> Decide(IReadOnlyList<RungPoint> points, int room, bool mayGrow) =>
                    [.. points.Where(point => point.Stands == PointStand.Waits)
                        .Select(point => new Decision(point.Number, point.Number % 2 == 0 ? epochs : null, "a toy says so"))];

                public (double AtMost, double Expected) Cost(long points) => (points * epochs, points * epochs);
            }
            """);
        Register(
            "VaeSweep.Sweeps/Search/SchedulerList.cs", "new(\"median\"",
            "new(\"even\", [_minEpochs], (with, epochs, _) => new EvenScheduler((int)with[\"min_epochs\"], epochs)),");
        await BuildAsync();

        var sweep = Path.Combine(_folder, "toy.yaml");
        await File.WriteAllTextAsync(
            sweep,
            """
            name: toy
            dataset: { name: toy-dots, binarization: none, valid: 10 }
            train: { epochs: 2, batch_size: 10 }
            model: { hidden: [8], latent: 2 }
            evaluate: { metrics: [toy_score, test_elbo] }
            parameters:
              model.prior: [standard, wide]
            seeds: 1
            table: { by: [model.prior], metric: toy_score }
            """,
            TestContext.Current.CancellationToken);

        // The plan, and what it says of names that are nearly theirs.
        Assert.Contains("2 trials", await SayAsync("plan", sweep), StringComparison.Ordinal);
        var slip = await RefuseAsync("plan", sweep, "--set", "parameters.model.prior=[wied]");
        Assert.Contains("Did you mean 'wide'?", slip, StringComparison.Ordinal);
        var tooMany = await RefuseAsync("plan", sweep, "--set", "train.batch_size=41");
        Assert.Contains("more than the 40 training images", tooMany, StringComparison.Ordinal);
        Assert.Contains("toy-dots", await SayAsync("data", "list"), StringComparison.Ordinal);
        Assert.Contains("a score of a toy", await SayAsync("table", "toy", "--metrics"), StringComparison.Ordinal);

        await SayAsync("run", sweep, "--devices", "cpu:1");

        // The table, the views and the figures.
        var table = await SayAsync("table", "toy", "--format", "csv");
        Assert.Equal(2, table.Split('\n').Count(row => row.Contains("43.5", StringComparison.Ordinal)));
        Assert.Contains("wide", table, StringComparison.Ordinal);
        foreach (var view in new[] { "evaluations", "scores" })
        {
            var found = await SayAsync("query", $"SELECT metric, value FROM {view} WHERE metric = 'toy_score'", "--format",
                "csv");
            Assert.Equal(2, found.Split('\n').Count(row => row.StartsWith("toy_score,43.5", StringComparison.Ordinal)));
        }

        var curve = await SayAsync("query", "SELECT epoch, toy_slope FROM epochs ORDER BY epoch", "--format", "csv");
        Assert.Equal(["epoch,toy_slope", "1,7.25", "1,7.25", "2,14.5", "2,14.5"],
            curve.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var last = await SayAsync("table", "toy", "--metric", "toy_slope", "--format", "csv");
        Assert.Equal(2, last.Split('\n').Count(row => row.Contains("14.5", StringComparison.Ordinal)));
        Assert.Contains("How steep it is.", await SayAsync("query", "--views"), StringComparison.Ordinal);

        var figure = Path.Combine(_folder, "toy.svg");
        await SayAsync("plot", "against", "toy", "--metric", "toy_score", "--x", "model.prior", "-o", figure);
        var drawn = await File.ReadAllTextAsync(figure, TestContext.Current.CancellationToken);
        Assert.All(["toy score", "wide", "points"], text => Assert.Contains(text, drawn, StringComparison.Ordinal));
        await SayAsync("plot", "curves", "toy", "--metric", "toy_slope", "-o", figure);
        drawn = await File.ReadAllTextAsync(figure, TestContext.Current.CancellationToken);
        Assert.All(["toy slope", "metres"], text => Assert.Contains(text, drawn, StringComparison.Ordinal));

        await SearchAsync();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task SearchAsync()
    {
        var sweep = Path.Combine(_folder, "search.yaml");
        await File.WriteAllTextAsync(
            sweep,
            """
            name: search
            dataset: { name: toy-dots, binarization: none, valid: 10 }
            train: { epochs: 3, batch_size: 10 }
            model: { hidden: [8] }
            method: step
            trials: 4
            search: { metric: valid_elbo }
            scheduler: { even: { min_epochs: 1 } }
            parameters:
              model.latent: { uniform: [2, 9] }
            seeds: 1
            """,
            TestContext.Current.CancellationToken);
        var slip = await RefuseAsync("plan", sweep, "--set", "method=stepp");
        Assert.Contains("Did you mean 'step'?", slip, StringComparison.Ordinal);

        await SayAsync("run", sweep, "--devices", "cpu:1");

        var ended = await SayAsync(
            "query", "SELECT state, epochs_done, count(*) FROM trials WHERE sweep = 'search' GROUP BY 1, 2 ORDER BY 1",
            "-f", "csv");
        Assert.Equal(["stopped,1,2", "succeeded,3,2"], ended.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1));
        var latents = await SayAsync(
            "query", "SELECT config ->> '$.\"model.latent\"' FROM trials WHERE sweep = 'search' ORDER BY 1", "-f", "csv");
        Assert.Equal(["2", "4", "6", "8"], latents.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1));
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));

    private void CopySources()
    {
        foreach (var file in Directory.GetFiles(Root())
            .Where(file => Path.GetExtension(file) is ".props" or ".targets" or ".json" or ".txt" or ".editorconfig"))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        Copy(Path.Combine(Root(), "src"), Path.Combine(_folder, "src"));

        static void Copy(string from, string to)
        {
            Directory.CreateDirectory(to);
            foreach (var file in Directory.GetFiles(from))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));

            foreach (var name in Directory.GetDirectories(from).Select(folder => Path.GetFileName(folder)))
            {
                if (name is not ("bin" or "obj" or "web"))
                    Copy(Path.Combine(from, name), Path.Combine(to, name));
            }
        }
    }

    private void Add(string file, string text) => File.WriteAllText(Path.Combine(_folder, "src", file), text);

    /// <summary>One line more in a list, before the entry that begins so.</summary>
    private void Register(string list, string entry, string line)
    {
        var path = Path.Combine(_folder, "src", list);
        var text = File.ReadAllText(path);
        Assert.Equal(2, text.Split(entry).Length);
        File.WriteAllText(path, text.Replace(entry, $"{line}\n{entry}", StringComparison.Ordinal));
    }

    private async Task BuildAsync()
    {
        // No server of the build may outlive it.
        var (code, output, error) = await StartAsync(
            "build", Path.Combine(_folder, "src/VaeSweep.Cli"), "-c", "Release", "-v", "quiet", "-nologo", "-nodeReuse:false",
            "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false");
        Assert.True(code == 0, output + error);
    }

    private async Task<string> SayAsync(params string[] args)
    {
        var (code, output, error) = await CommandAsync(args);
        Assert.True(code == 0, $"{string.Join(' ', args)}: {output}{error}");
        return output;
    }

    private async Task<string> RefuseAsync(params string[] args)
    {
        var (code, output, error) = await CommandAsync(args);
        Assert.True(code == ExitCodes.Usage, $"{string.Join(' ', args)} ended with {code}: {output}{error}");
        return error;
    }

    private Task<(int Code, string Out, string Error)> CommandAsync(string[] args) =>
        StartAsync([Path.Combine(_folder, "src/VaeSweep.Cli/bin/Release/net10.0/vaesweep.dll"), .. args]);

    private async Task<(int Code, string Out, string Error)> StartAsync(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", args)
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["VAESWEEP_STORE"] = Path.Combine(_folder, "toy.db");
        start.Environment["VAESWEEP_SHARE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
