using System.CommandLine;
using VaeSweep.Results;

namespace VaeSweep.Cli;

/// <summary>`vaesweep table`: a metric of a sweep's trials, grouped over the seeds.</summary>
internal static class TableCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var by = new Option<string[]>("--by")
        {
            Description = "configuration paths that make the rows, with commas; default: the sweep file's table.by, else all that vary", HelpName = "a,b",
        };
        var metric = new Option<string[]>("--metric") { Description = "what to compare, with commas; default: the sweep file's table.metric", HelpName = "metric" };
        var metrics = new Option<bool>("--metrics") { Description = "show the metrics that there are instead" };
        var format = CommonOptions.TableFormat();
        var command = new Command("table", "A metric of a sweep's trials, grouped over the seeds: n, mean, standard deviation, 95 % interval, best in bold.")
        {
            sweep, by, metric, metrics, format,
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

            var name = parsed.GetValue(sweep) ?? throw new CliException("table needs the name of a sweep: vaesweep table SWEEP. `vaesweep list` shows the names.");
            var names = Split(parsed.GetValue(metric));
            // A wrong metric is told before a store is opened.
            names?.ForEach(n => MetricCatalog.Get(n));
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var definition = StoredSweep.Definition(await SweepLookup.FindAsync(store, name, cancellationToken));
            var tables = new List<ComparisonTable>();
            foreach (var one in names?.AsEnumerable<string?>() ?? [null])
            {
                tables.Add(await ComparisonBuilder.BuildAsync(store, StoredSweep.Request(definition, Split(parsed.GetValue(by)), one), cancellationToken));
            }

            host.Out.Write(ComparisonRenderer.Render(tables, chosen, host.OutTerminal));
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static List<string>? Split(string[]? given)
    {
        var names = (given ?? []).SelectMany(g => g.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        return names.Count == 0 ? null : names;
    }

    private static Table Catalog()
    {
        var rows = MetricCatalog.All.Select(m => (IReadOnlyList<Cell>)[m.Name, m.Unit, m.Direction == Direction.None ? "" : Wording.Name(m.Direction), m.Description]);
        return new Table([new("metric"), new("unit"), new("better"), new("description")], [.. rows]);
    }
}
