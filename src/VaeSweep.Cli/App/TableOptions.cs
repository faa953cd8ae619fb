using System.CommandLine;
using VaeSweep.Results;

namespace VaeSweep.Cli;

/// <summary>The options of `vaesweep table` that say what a table shows.</summary>
internal sealed class TableOptions
{
    private readonly Option<string[]> _by = new("--by")
    {
        Description = "configuration paths that make the rows, with commas; default: the sweep file's table.by, else all "
            + "that vary", HelpName = "a,b",
    };
    private readonly Option<string[]> _columns = new("--columns")
    {
        Description = "configuration paths whose values go across, or further metrics, with commas", HelpName = "c",
    };
    private readonly Option<string[]> _metric = new("--metric")
    {
        Description = "what to compare, with commas; default: the sweep file's table.metric", HelpName = "metric",
    };
    private readonly Option<string[]> _baseline = new("--baseline")
    {
        Description = "test the difference of every row to the one with these values", HelpName = "path=value",
    };
    private readonly Option<IntervalKind> _interval =
        Choices.Of<IntervalKind>("--interval", "how the 95 % interval is made: t or bootstrap", "kind");
    private readonly Option<string[]> _where = new("--where")
    {
        Description = "only trials with this value, with one of several (a|b), or in a range (1..5); any number of times",
        HelpName = "path=value",
    };
    private readonly Option<int?> _top = new Option<int?>("--top")
    {
        Description = "only the best rows, of each data set and likelihood; ranks and tests stay those of the whole table",
        HelpName = "n",
    }.Within(1, 1_000_000);

    private readonly Option<bool> _search = new("--search")
    {
        Description = "all points of a search with what it found itself, not those that were confirmed",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _by, _columns, _metric, _where, _top, _search, _baseline, _interval })
            command.Add(option);
    }

    /// <returns>The metrics that were named, each of which makes a table, null where the sweep file decides; and the
    /// rest.</returns>
    /// <exception cref="ResultsException">There is no such metric: told before a store is opened.</exception>
    public (IReadOnlyList<string>? Metrics, TableWishes Wishes) Read(ParseResult parsed)
    {
        var names = ListOption.Names(parsed.GetValue(_metric));
        names?.ForEach(name => MetricCatalog.Get(name));
        return (names, new TableWishes
        {
            By = ListOption.Names(parsed.GetValue(_by)),
            Columns = ListOption.Names(parsed.GetValue(_columns)),
            Baseline = ListOption.Pairs("--baseline", parsed.GetValue(_baseline)),
            Where = ListOption.Pairs("--where", parsed.GetValue(_where)),
            Top = parsed.GetValue(_top),
            Search = parsed.GetValue(_search),
            Interval = parsed.GetValue(_interval),
        });
    }
}
