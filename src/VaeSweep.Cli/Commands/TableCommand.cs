using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep table`: a metric of a sweep's trials, grouped over the seeds.</summary>
internal static class TableCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweeps = new Argument<string[]>("SWEEP") { Description = "names of sweeps, or their files; of several, one table",
            Arity = ArgumentArity.ZeroOrMore };
        var options = new TableOptions();
        var metrics = new Option<bool>("--metrics") { Description = "show the metrics that there are instead" };
        var format = CommonOptions.TableFormat();
        var command = new Command("table", "A metric of the trials of one or several sweeps, compared over the seeds: n, mean, "
            + "standard deviation, 95 % interval, rank, tests against a baseline.")
        {
            sweeps,
        };
        options.AddTo(command);
        command.Add(metrics);
        command.Add(format);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(format);
            if (parsed.GetValue(metrics))
            {
                host.Out.Write(Catalog().Render(chosen, host.OutTerminal));
                return ExitCodes.Done;
            }

            var asked = parsed.GetValue(sweeps) is { Length: > 0 } given ? given
                : throw new CliException("table needs the name of a sweep: vaesweep table SWEEP. `vaesweep list` shows "
                    + "the names.");
            var (names, wishes) = options.Read(parsed);
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = new List<SweepStatus>();
            foreach (var name in asked)
                found.Add(await SweepLookup.FindAsync(store, name, cancellationToken));

            var tables = await TableAnswer.ReadAsync(
                store, [.. found.DistinctBy(one => one.Name)], names, wishes, withTrials: chosen == OutputFormat.Json,
                cancellationToken);
            foreach (var table in tables)
            {
                // The other formats say it themselves.
                if (chosen is OutputFormat.Csv or OutputFormat.Jsonl && table.Rows.Count < table.AllRows.Count)
                    host.Say($"the best {table.Rows.Count} of {table.AllRows.Count} rows; --top shows more.");
            }

            host.Out.Write(ComparisonRenderer.Render(tables, chosen, host.OutTerminal));
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static Table Catalog()
    {
        var rows = MetricList.All.Select(m =>
            (IReadOnlyList<Cell>)[m.Name, m.Unit, m.Direction == Direction.None ? "" : Wording.Name(m.Direction), m.Description]);
        return new Table([new("metric"), new("unit"), new("better"), new("description")], [.. rows]);
    }
}
