using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep table`: a metric of a sweep's trials, grouped over the seeds.</summary>
internal static class TableCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
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
        var metrics = new Option<bool>("--metrics") { Description = "show the metrics that there are instead" };
        var format = CommonOptions.TableFormat();
        var command = new Command("table", "A metric of a sweep's trials, compared over the seeds: n, mean, standard deviation, "
            + "95 % interval, rank, tests against a baseline.")
        {
            sweep, by, columns, metric, baseline, interval, metrics, format,
        };
        sweep.Arity = ArgumentArity.ZeroOrOne;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(format);
            if (parsed.GetValue(metrics))
            {
                host.Out.Write(Catalog().Render(chosen, host.OutTerminal));
                return ExitCodes.Done;
            }

            var name = parsed.GetValue(sweep)
                ?? throw new CliException("table needs the name of a sweep: vaesweep table SWEEP. `vaesweep list` shows "
                    + "the names.");
            var names = ListOption.Names(parsed.GetValue(metric));
            // A wrong metric is told before a store is opened.
            names?.ForEach(n => MetricCatalog.Get(n));
            var wishes = new TableWishes
            {
                By = ListOption.Names(parsed.GetValue(by)),
                Columns = ListOption.Names(parsed.GetValue(columns)),
                Baseline = ListOption.Pairs("--baseline", parsed.GetValue(baseline)),
                Interval = parsed.GetValue(interval),
            };
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, name, cancellationToken);
            var definition = StoredSweep.Definition(found);
            var tables = new List<ComparisonTable>();
            foreach (var one in names?.AsEnumerable<string?>() ?? [null])
            {
                var table = await ComparisonBuilder.BuildAsync(
                    store.Results, StoredSweep.Request(definition, wishes with { Metric = one }) with { Retired = found.Retired },
                    cancellationToken);
                tables.Add(chosen != OutputFormat.Json ? table : table with
                {
                    Behind = await BehindNumbers.ReadAsync(
                        store.Results, table.Sweep, table.Metric, table.Rows.SelectMany(r => r.Points), cancellationToken),
                });
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
