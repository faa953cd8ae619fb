using System.CommandLine;
using System.Globalization;
using VaeSweep.Cluster.Commands;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep plan`: what running a sweep file would change, how long it would take, how much it would store.</summary>
internal static class PlanCommand
{
    public static void Add(Command root, CliHost host)
    {
        var file = CommonOptions.SweepFile();
        var set = CommonOptions.Set();
        var showConfig = new Option<bool>("--show-config") { Description = "print every configuration path with its values in "
            + "this sweep, defaults included" };
        var devices = CommonOptions.Devices();
        var format = CommonOptions.Format();
        var reuse = Reusing.Option();
        var command = new Command("plan", "What a sweep file would add (+), keep (=) and no longer want (-); an estimate of time "
            + "and size. Changes nothing.")
        {
            file, set, showConfig, devices, reuse, format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = SubmitCommand.LoadFile(parsed.GetRequiredValue(file), parsed.GetValue(set), host, cancellationToken);
            var chosen = parsed.GetValue(format);
            if (parsed.GetValue(showConfig))
            {
                host.Out.Write(Configuration(definition).Render(chosen, host.OutTerminal));
                return ExitCodes.Done;
            }

            await using var store = Stores.Exists(parsed, host)
                ? await Stores.OpenToReadAsync(parsed, host, cancellationToken) : null;
            var trials = PassingBy.Say(definition.Expand(cancellationToken), host, "comparing with what is stored", null,
                cancellationToken);
            var result = store is null ? Fresh(definition, cancellationToken)
                : await store.PlanAsync(
                    SubmitCommand.Submission(definition) with { Reuse = parsed.GetValue(reuse) }, trials, cancellationToken);
            var pinned = DeviceChoice.Parse(parsed.GetRequiredValue(devices));
            var estimate = await PlanHistory.EstimateAsync(definition, result, store, pinned, host, cancellationToken);
            if (chosen == OutputFormat.Text)
            {
                var location = store is RemoteStore ? store.Location : Stores.PathOf(parsed, host);
                foreach (var change in await OwnData.ChangesAsync(store, definition, cancellationToken))
                    host.Out.WriteLine(change);

                Print(definition, result, estimate, pinned, location, store is not null, host);
            }
            else
            {
                host.Out.Write(Row(definition, result, estimate, pinned.Count).Render(chosen, Terminal.Plain));
            }

            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static readonly TimeSpan _longTime = TimeSpan.FromDays(3);

    // Without a store everything is new; the trials are counted without being stored anywhere.
    private static SubmitResult Fresh(SweepDefinition definition, CancellationToken cancellationToken) =>
        new(definition.Count(cancellationToken), 0, 0, 0, [.. definition.Expand(cancellationToken).Take(10)], [])
        {
            ToCome = definition.InTheEnd(cancellationToken) - definition.Count(cancellationToken),
            ToConfirm = definition.Confirming(cancellationToken),
        };

    private static void Print(SweepDefinition definition, SubmitResult result, PlanEstimate estimate,
        IReadOnlyList<string> devices, string location, bool exists, CliHost host)
    {
        var lines = PlanSummary.Lines(definition, result, done: false).Concat(PlanSummary.Samples(definition, result))
            .Concat(EstimateLines(estimate, devices)).Concat(SchedulerLines(definition, result, estimate))
            .Append(exists ? $"compared with {location}; nothing was changed." : $"there is no store at {location} yet; nothing "
                + "was changed.");
        foreach (var line in lines)
            host.Out.WriteLine(host.Pasteable(line));
    }

    private static Table Row(SweepDefinition definition, SubmitResult result, PlanEstimate estimate, int devices)
    {
        string[] names =
        [
            "sweep", "trials", "added", "kept", "succeeded", "unwanted", "seeds", "to_run", "devices", "seconds",
            "device_seconds", "measured", "model_bytes",
            "peak_bytes", "basis", "h200_seconds", "memory_bytes", "retired", "taken_over", "going_on",
        ];
        Cell[] cells =
        [
            definition.Name, result.Added + result.Kept + result.ToCome + result.ToConfirm, result.Added, result.Kept,
            result.Succeeded, result.Unwanted,
            definition.Seeds.Count, estimate.Trials,
            devices, Cell.Of(estimate.WallTime?.TotalSeconds), Cell.Of(estimate.DeviceTime?.TotalSeconds),
            Cell.Of(estimate.Measured), estimate.ModelBytes,
            estimate.PeakBytes, estimate.Basis, Cell.Of(estimate.H200Time.TotalSeconds),
            estimate.MemoryBytes, result.Retired, result.Reused.Taken.Sum(one => one.Trials),
            result.TrainedBefore.Where(one => one.Why is null).Sum(one => one.Trials),
        ];
        return new Table([.. names.Select(n => new Column(n))], [cells]);
    }

    private static IEnumerable<string> SchedulerLines(
        SweepDefinition definition, SubmitResult result, PlanEstimate estimate)
    {
        var trials = result.Added + result.Kept + result.ToCome;
        if (definition.Scheduler is not { } scheduler || trials == 0)
            yield break;
        var seeds = definition.Seeds.Count;
        var (most, expected) = scheduler.Cost(trials / seeds);
        var all = trials * (double)definition.Expand().First().Epochs;
        var time = estimate.WallTime is { } wall && result.Succeeded == 0
            ? $", {Wording.About(wall * Math.Min(1, expected * seeds / all))} instead of {Wording.About(wall)}" : "";
        var likely = expected < most ? $", about {expected * seeds:0} where half are ended at the first look" : "";
        var confirming = definition.Confirming() is > 0 and var more
            ? $"; {more} trials that confirm take {more * (double)definition.Expand().First().Epochs:0} more" : "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"its scheduler spends at most {most * seeds:0} of {all:0} epochs{likely}{time}{confirming}.");
    }

    private static IEnumerable<string> EstimateLines(PlanEstimate estimate, IReadOnlyList<string> devices)
    {
        if (estimate.Trials == 0)
        {
            yield return "nothing is left to train.";
            yield break;
        }

        var time = estimate.WallTime is { } wall ? $"{Wording.About(wall)} on {string.Join(", ", devices)}" : "time unknown";
        yield return $"to train: {Wording.Count(estimate.Trials, "trial")}, {time}. {estimate.Basis}";
        yield return $"on one H200: {Wording.About(estimate.H200Time)} ({PlanEstimate.H200Basis}).";
        yield return $"to store: {Wording.Size(estimate.ModelBytes)} of models, {Wording.Size(estimate.CheckpointBytes)} of "
            + $"checkpoints while there is room; at most {Wording.Size(estimate.PeakBytes)} in all while they train.";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (devices[0].StartsWith("cpu", StringComparison.Ordinal) && estimate.MemoryBytes > memory)
        {
            yield return $"cannot be trained here: the largest model needs about {Wording.Size(estimate.MemoryBytes)} of memory, "
                + "and this machine has "
                + $"{Wording.Size(memory)}. Smaller layers, a smaller batch_size or fewer samples (objective.k) take less.";
        }

        if (estimate.WallTime is { } wallTime && wallTime > _longTime)
        {
            yield return $"that is {Wording.Duration(wallTime)} of training: more devices or machines (`vaesweep head`), fewer "
                + "values or seeds, or fewer epochs make it "
                + "shorter; --set train.epochs=1 tries the whole file first.";
        }
    }

    private static Table Configuration(SweepDefinition definition)
    {
        var rows = definition.Resolve().Select(p => (IReadOnlyList<Cell>)
        [
            p.Path, new Cell(p.Values, string.Join(" | ", p.Values)),
            new(p.Origin, p.Origin, Tone: p.Origin == "varies" ? Tone.Good : p.Origin == "default" ? Tone.Faint : Tone.Plain),
            p.Expected, p.Applies, p.Description,
        ]);
        var seeds = definition.Seeds;
        var text = seeds.Count > 8 ? $"{string.Join(" | ", seeds.Take(3))} | ... "
            + $"| {seeds[^1].ToString(CultureInfo.InvariantCulture)}" : string.Join(" | ", seeds);
        IReadOnlyList<Cell> seedRow =
        [
            "seed", new Cell(seeds.Select(s => s.ToString(CultureInfo.InvariantCulture)), text), seeds.Count > 1
                ? "varies" : "fixed", "whole number", null,
            "Set by `seeds`.",
        ];
        return new Table(
            [new("path"), new("values"), new("origin"), new("expected", "takes", Optional: 2),
                new("applies", "when", Optional: 3), new("description", Optional: 1)],
            [.. rows, seedRow]);
    }
}
