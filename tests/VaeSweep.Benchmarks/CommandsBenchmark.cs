using System.Diagnostics;
using System.Globalization;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Training;

namespace VaeSweep.Benchmarks;

/// <summary>How long does a person wait for a whole command: process, answer and end?</summary>
/// <remarks>The program that <c>./vaesweep</c> has built, compiled ahead. Best of several, as others use the machine too; the
/// processor's time is told beside it, which others change less.</remarks>
internal static class CommandsBenchmark
{
    private const int Turns = 8;
    private const int Runs = 4;
    private const string HeadIsThere = "this is the head";
    private const string Trained = "trained in";

    private const string ShortSweep = """
        name: short
        dataset: { name: sprites, train: 500, test: 100 }
        model: { hidden: [50], latent: 5 }
        train: { epochs: 1, batch_size: 100 }
        evaluate: { metrics: [test_elbo] }
        """;

    /// <param name="options">Parts to run: help, plan, table, head, file, run; all when none is named. program=PATH for another
    /// program than the one that ./vaesweep has built.</param>
    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        const string Named = "program=";
        string[] parts = [.. options.Where(one => !one.StartsWith(Named, StringComparison.Ordinal))];
        bool Wants(string part) => parts.Length == 0 || parts.Contains(part, StringComparer.Ordinal);
        var program = options.Where(one => one.StartsWith(Named, StringComparison.Ordinal)).Select(one => one[Named.Length..])
            .FirstOrDefault(Path.Combine(Peers.Root, "artifacts", "cli", "vaesweep"));
        if (!File.Exists(program))
        {
            throw new InvalidOperationException(
                $"'{program}' is not there: './vaesweep --help' builds it, or name another with program=PATH.");
        }

        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            var run = new Run(output, program, folder.FullName);
            var gates = new List<Gate>();
            var sweep = Path.Combine(folder.FullName, "short.yaml");
            await File.WriteAllTextAsync(sweep, ShortSweep, cancellationToken);
            var empty = Path.Combine(folder.FullName, "empty.db");
            string[] list = ["list", "--store", empty];
            if (Wants("help"))
                gates.Add(Gate.Most("commands, help, s", await run.BestAsync("help", ["--help"], cancellationToken), 0.1));
            if (Wants("plan"))
                gates.Add(Gate.Most("commands, plan, s", await run.BestAsync("plan", ["plan", sweep], cancellationToken), 0.2));
            if (Wants("table"))
                gates.Add(await TableAsync(output, run, folder.FullName, cancellationToken));
            if (Wants("head"))
            {
                using var head = run.Start(["head", "--store", empty]);
                await SaysAsync(head, HeadIsThere, cancellationToken);
                gates.Add(Gate.Most(
                    "commands, one that asks a head, s", await run.BestAsync("list, of a head", list, cancellationToken), 0.4));
                head.Kill();
                await head.WaitForExitAsync(cancellationToken);
            }

            if (Wants("file"))
            {
                await using (var store = StoreFactory.Open(empty, TimeProvider.System))
                    await store.MigrateAsync(cancellationToken);
                gates.Add(Gate.Most(
                    "commands, one that opens the file, s", await run.BestAsync("list, of a file", list, cancellationToken),
                    0.2));
            }

            if (Wants("run"))
                gates.Add(await TrainingAsync(output, run, sweep, folder.FullName, cancellationToken));
            return gates;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Gate> TableAsync(TextWriter output, Run run, string folder, CancellationToken cancellationToken)
    {
        var store = Path.Combine(folder, "large.db");
        var began = Stopwatch.GetTimestamp();
        await FillAsync(store, cancellationToken);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"a store of 100,000 finished trials is made in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
        string[] table = ["table", "bench", "--by", "model.latent,objective.k", "--metric", "test_nll", "--store", store];
        return Gate.Most("commands, table of 100000 trials, s", await run.BestAsync("table", table, cancellationToken), 0.5);
    }

    /// <summary>100,000 finished trials.</summary>
    internal static async Task FillAsync(string path, CancellationToken cancellationToken)
    {
        var definition = SweepFile.Parse(TableSweep.Definition);
        await using var store = StoreFactory.Open(path, TimeProvider.System);
        await store.MigrateAsync(cancellationToken);
        await store.SubmitAsync(
            new SweepSubmission(definition.Name, definition.Text), definition.Expand(cancellationToken)
                .Select(trial => trial with { Epochs = 0 }),
            cancellationToken);
        await TableSweep.FinishAsync(store, cancellationToken);
    }

    /// <summary>`run` with one short trial, until it is trained, beside a trainer that is started and given the same.</summary>
    private static async Task<Gate> TrainingAsync(
        TextWriter output, Run run, string sweep, string folder, CancellationToken cancellationToken)
    {
        var (whole, trainer) = (new Times(), new Times());
        for (var turn = 0; turn < Runs; turn++)
        {
            trainer.Add(await TrainAsync(run.Program, Path.Combine(folder, $"alone{turn}"), cancellationToken));
            var began = Stopwatch.GetTimestamp();
            using var process = run.Start(
                ["run", sweep, "--store", Path.Combine(folder, $"run{turn}.db"), "--devices", "cpu:1", "--share"]);
            await SaysAsync(process, Trained, cancellationToken);
            whole.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"one short trial: `run` {whole.Best:0.000} s until it is trained, its trainer alone {trainer.Best:0.000} s"));
        return Gate.Most(
            "commands, run until one trial is trained over what its trainer needs, s", whole.Best - trainer.Best, 0.4);
    }

    private static async Task<double> TrainAsync(string program, string folder, CancellationToken cancellationToken)
    {
        var trial = SweepFile.Parse(ShortSweep).Expand(cancellationToken).Single();
        var job = new TrainerJob([new TrainerTrial(1, trial.Id, 1, trial.ConfigJson, folder, ResumeFrom: null)]);
        var launcher = new ProcessTrainerLauncher(new TrainerCommand(program, ["trainer"]));
        var began = Stopwatch.GetTimestamp();
        await using var trainer = await launcher.StartAsync("cpu:0", cancellationToken);
        await foreach (var happened in trainer.RunAsync(job, cancellationToken))
        {
            if (happened is TrialFailed failed)
                throw new InvalidOperationException($"the trial failed: {failed.Reason}");
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task SaysAsync(Process process, string words, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            said.Add(line);
            if (line.Contains(words, StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException($"the program ended without '{words}': {string.Join('\n', said)}");
    }

    private sealed class Run(TextWriter output, string program, string folder)
    {
        public string Program => program;

        public Process Start(string[] words) => Process.Start(new ProcessStartInfo(program, words)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;

        /// <returns>Seconds of the fastest.</returns>
        public async Task<double> BestAsync(string what, string[] words, CancellationToken cancellationToken)
        {
            var (times, processor) = (new Times(), new Times());
            for (var turn = 0; turn < Turns; turn++)
            {
                var (began, before) = (Stopwatch.GetTimestamp(), OfChildren());
                using var process = Start(words);
                var errors = process.StandardError.ReadToEndAsync(cancellationToken);
                await process.StandardOutput.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
                times.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                processor.Add(OfChildren() - before);
                if (process.ExitCode != 0)
                    throw new InvalidOperationException($"'{what}' ended with {process.ExitCode}: {await errors}");
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: best {times.Best:0.000} s, median {times.Median:0.000} s; {processor.Best:0.000} s of processor"));
            return times.Best;
        }

        /// <summary>Seconds of processor that ended children of this process have taken, as Linux counts them.</summary>
        private static double OfChildren()
        {
            // proc(5): user and system time of children are the fields 16 and 17; the name before them may hold anything.
            const int User = 13;
            const double TicksPerSecond = 100;
            var stat = File.ReadAllText("/proc/self/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (Ticks(User) + Ticks(User + 1)) / TicksPerSecond;

            long Ticks(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture);
        }
    }
}
