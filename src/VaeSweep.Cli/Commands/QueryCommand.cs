using System.CommandLine;
using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep query`: read-only SQL over the documented views, or a question by its name.</summary>
internal static class QueryCommand
{
    public static void Add(Command root, CliHost host)
    {
        var names = string.Join(", ", Names);
        var sql = new Argument<string?>("SQL") { Description = "a SELECT over the views; - reads it from standard input; or a "
            + $"name: {names}", Arity = ArgumentArity.ZeroOrOne };
        var sweep = new Argument<string?>("SWEEP") { Description = "with a named query: of this sweep only",
            Arity = ArgumentArity.ZeroOrOne };
        var views = new Option<bool>("--views") { Description = "explain the views and their columns, and list the named "
            + "queries, instead" };
        var metric = new Option<string>("--metric") { Description = "with the named query best", HelpName = "metric",
            DefaultValueFactory = _ => "test_nll" };
        var top = new Option<int>("--top") { Description = "with the named query best: trials shown of each data set and "
            + "likelihood",
            HelpName = "n", DefaultValueFactory = _ => BestTrials.Top }.Within(1, 1_000_000);
        var parameters = new Option<string[]>("--param") { Description = "a value for @name in the SQL",
            HelpName = "name=value" };
        var timeout = new Option<int>("--timeout") { Description = "seconds before the query is ended",
            DefaultValueFactory = _ => 60 };
        var format = CommonOptions.TableFormat();
        var command = new Command("query",
            $"Read-only SQL over the views {string.Join(", ", ViewCatalog.Views.Select(v => v.Name))}; or a question by "
                + $"name: {names}.")
        {
            sql, sweep, views, metric, top, parameters, timeout, format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(format);
            if (parsed.GetValue(views))
            {
                host.Out.Write(chosen == OutputFormat.Text
                    ? Explained(host.OutTerminal) : Views().Render(chosen, host.OutTerminal));
                return ExitCodes.Done;
            }

            var asked = parsed.GetValue(sql) ?? throw new CliException(
                "query needs SQL or a name, for example: vaesweep query \"SELECT trial, state, seconds FROM trials\", vaesweep "
                    + $"query best. Names: {names}. --views shows what there is.");
            if (asked == BestTrials.Name)
            {
                var best = MetricCatalog.Get(parsed.GetRequiredValue(metric));
                await ShowBestAsync(parsed, host, best, parsed.GetValue(sweep), parsed.GetValue(top), chosen, cancellationToken);
                return ExitCodes.Done;
            }

            var named = NamedQueries.Find(asked);
            CheckForm(asked, named, parsed.GetValue(sweep));
            var text = named?.Sql ?? (asked == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : asked);
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var values = named is null
                ? ListOption.Pairs("--param", parsed.GetValue(parameters))?.ToDictionary(
                    p => p.Key, p => Typed(p.Value), StringComparer.Ordinal)
                : NamedQuery.Parameters(parsed.GetValue(sweep) is { } name
                    ? (await SweepLookup.FindAsync(store, name, cancellationToken)).Name : null);
            try
            {
                var patience = TimeSpan.FromSeconds(parsed.GetValue(timeout));
                await AnswerAsync(host, chosen, rows => store.QueryAsync(text, values, patience, rows, cancellationToken));
                return ExitCodes.Done;
            }
            catch (StoreQueryException wrong)
            {
                throw new CliException(wrong.Position is { } position
                    ? $"{wrong.Message}\n{PointAt(text, position)}" : wrong.Message);
            }
        });
        root.Add(command);
    }

    private static IReadOnlyList<string> Names { get; } = [BestTrials.Name, .. NamedQueries.All.Select(q => q.Name)];

    private static async Task ShowBestAsync(
        ParseResult parsed, CliHost host, Metric metric, string? sweep, int top, OutputFormat format,
        CancellationToken cancellationToken)
    {
        await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
        IReadOnlyList<string> sweeps = sweep is null
            ? [.. (await store.ListSweepsAsync(cancellationToken)).Select(s => s.Name)]
            : [(await SweepLookup.FindAsync(store, sweep, cancellationToken)).Name];
        var (table, left) = await BestTrials.ReadAsync(store.Results, sweeps, metric, top, format, cancellationToken);
        host.Out.Write(table.Render(format, host.OutTerminal));
        if (left is not null)
            host.Say(left);
    }

    // A single word is no SQL: it is a name that is not known, and SQL takes no sweep.
    private static void CheckForm(string asked, NamedQuery? named, string? sweep)
    {
        if (named is null && asked != "-" && !asked.Any(char.IsWhiteSpace))
        {
            throw new CliException($"there is no named query '{asked}'.{NearestName.Suggest(asked, Names)} "
                + $"Named: {string.Join(", ", Names)}. Anything else is SQL in quotes.");
        }

        if (named is null && sweep is not null)
        {
            throw new CliException($"'{sweep}' was not expected after SQL: quote the whole SQL, and write WHERE sweep = "
                + $"'{sweep}' to narrow it down.");
        }
    }

    private static object? Typed(string value) =>
        long.TryParse(value, CultureInfo.InvariantCulture, out var whole) ? whole
        : double.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number
        : value;

    /// <summary>Writes rows while they come, or as a table once they are there.</summary>
    private static async Task AnswerAsync(CliHost host, OutputFormat format, Func<IRowSink, Task<bool>> ask)
    {
        using var records = RecordSink.Of(format, host.Out);
        if (records is not null)
        {
            var left = await ask(records);
            records.End();
            if (left)
                host.Say("the answer is cut off: the store keeps no more rows; aggregate, or page with WHERE and LIMIT.");
            return;
        }

        var table = new TableSink();
        var more = await ask(table);
        host.Out.Write(table.Table.Render(format, host.OutTerminal));
        if (more)
        {
            host.Say(
                $"truncated: only the first {Wording.Count(table.Count, "row")} are shown. --format csv, json or jsonl "
                    + "writes all; "
                + "or aggregate, or page with WHERE and LIMIT.");
        }

        if (table.CutValues)
            host.Say("values that are longer are cut off at …; --format csv, json or jsonl writes them whole.");
    }

    private static Table Views()
    {
        var rows = ViewCatalog.Views.SelectMany(view =>
            view.Columns.Select(c => (IReadOnlyList<Cell>)[view.Name, c.Name, c.Type, c.Description, view.Description]));
        return new Table([new("view"), new("column"), new("type"), new("description"), new("rows")], [.. rows]);
    }

    private static string Explained(Terminal terminal)
    {
        var parts = ViewCatalog.Views.Select(view => new Table(
            [new("column"), new("type"), new("meaning")],
            [.. view.Columns.Select(c => (IReadOnlyList<Cell>)[c.Name, c.Type, c.Description])],
            $"{view.Name}: {view.Description}"))
            .Append(new Table(
                [new("query"), new("answer")],
                [[BestTrials.Name, BestTrials.Description],
                    .. NamedQueries.All.Select(q => (IReadOnlyList<Cell>)[q.Name, q.Description])],
                "Named queries: vaesweep query NAME [SWEEP]",
                ["A setting of a trial is config ->> '$.\"path\"', such as config ->> '$.\"model.latent\"'."]));
        return string.Join("\n", parts.Select(p => p.Render(OutputFormat.Text, terminal)));
    }

    // The line that holds the position, with a caret below it.
    private static string PointAt(string sql, int position)
    {
        position = Math.Clamp(position, 0, sql.Length);
        var start = position == 0 ? 0 : sql.LastIndexOf('\n', position - 1) + 1;
        var end = sql.IndexOf('\n', position) is var newline and >= 0 ? newline : sql.Length;
        var line = sql.Contains('\n', StringComparison.Ordinal) ? $"line {sql.AsSpan(0, start).Count('\n') + 1}: " : "  ";
        // A tab is as wide as the screen likes: the caret's line has the same ones.
        var before = string.Concat(sql[start..position].Select(c => c == '\t' ? '\t' : ' '));
        return $"{line}{sql[start..end]}\n{new string(' ', line.Length)}{before}^";
    }
}
