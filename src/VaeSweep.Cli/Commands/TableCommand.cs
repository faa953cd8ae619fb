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
        var by = new Option<string[]>("--by")
        {
            Description = "configuration paths that make the rows, with commas; default: the sweep file's table.by, else all "
                + "that vary", HelpName = "a,b",
        };
        var columns = new Option<string[]>("--columns") { Description = "configuration paths whose values go across, or further "
            + "metrics, with commas", HelpName = "c" };
        var metric = new Option<string[]>("--metric") { Description = "what to compare, with commas; default: the sweep file's "
            + "table.metric", HelpName = "metric" };
        var baseline = new Option<string[]>("--baseline") { Description = "test the difference of every row to the one with "
            + "these values", HelpName = "path=value" };
        var interval = Choices.Of<IntervalKind>("--interval", "how the 95 % interval is made: t or bootstrap", "kind");
        var where = new Option<string[]>("--where") { Description = "only trials with this value; any number of times",
            HelpName = "path=value" };
        var top = new Option<int?>("--top") { Description = "only the best rows, of each data set and likelihood; ranks and "
            + "tests stay those of the whole table", HelpName = "n" }.Within(1, 1_000_000);
        var metrics = new Option<bool>("--metrics") { Description = "show the metrics that there are instead" };
        var format = CommonOptions.TableFormat();
        var command = new Command("table", "A metric of the trials of one or several sweeps, compared over the seeds: n, mean, "
            + "standard deviation, 95 % interval, rank, tests against a baseline.")
        {
            sweeps, by, columns, metric, where, top, baseline, interval, metrics, format,
        };
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
            var names = ListOption.Names(parsed.GetValue(metric));
            // A wrong metric is told before a store is opened.
            names?.ForEach(n => MetricCatalog.Get(n));
            var wishes = new TableWishes
            {
                By = ListOption.Names(parsed.GetValue(by)),
                Columns = ListOption.Names(parsed.GetValue(columns)),
                Baseline = ListOption.Pairs("--baseline", parsed.GetValue(baseline)),
                Where = ListOption.Pairs("--where", parsed.GetValue(where)),
                Top = parsed.GetValue(top),
                Interval = parsed.GetValue(interval),
            };
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = new List<SweepStatus>();
            foreach (var name in asked)
                found.Add(await SweepLookup.FindAsync(store, name, cancellationToken));

            found = [.. found.DistinctBy(one => one.Name)];
            var definitions = found.ConvertAll(StoredSweep.Definition);
            var tables = new List<ComparisonTable>();
            foreach (var one in names?.AsEnumerable<string?>() ?? [null])
            {
                var table = await ComparisonBuilder.BuildAsync(
                    store.Results, StoredSweep.Request(definitions, wishes with { Metric = one })
                        with { Retired = found.Sum(status => status.Retired) },
                    cancellationToken);
                tables.Add(chosen != OutputFormat.Json ? table : table with
                {
                    Behind = await BehindNumbers.ReadAsync(store.Results, table, cancellationToken),
                });
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
