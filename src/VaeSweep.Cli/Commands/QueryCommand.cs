using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep query`: read-only SQL over the documented views.</summary>
internal static class QueryCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sql = new Argument<string?>("SQL") { Description = "a SELECT over the views; - reads it from standard input", Arity = ArgumentArity.ZeroOrOne };
        var views = new Option<bool>("--views") { Description = "show the views and their columns instead" };
        var timeout = new Option<int>("--timeout") { Description = "seconds before the query is ended", DefaultValueFactory = _ => 60 };
        var format = CommonOptions.TableFormat();
        var command = new Command("query", "Read-only SQL over the views sweeps, trials, epochs, units, evaluations, attempts and nodes.") { sql, views, timeout, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(format);
            if (parsed.GetValue(views))
            {
                host.Out.Write(Views().Render(chosen, host.OutTerminal));
                return ExitCodes.Done;
            }

            var text = parsed.GetValue(sql) switch
            {
                null => throw new CliException("query needs SQL, for example: vaesweep query \"SELECT trial, state, seconds FROM trials\". --views shows what there is."),
                "-" => await Console.In.ReadToEndAsync(cancellationToken),
                var given => given,
            };
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            try
            {
                var result = await store.QueryAsync(text, null, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancellationToken);
                host.Out.Write(Rows(result).Render(chosen, host.OutTerminal));
                if (result.Truncated)
                {
                    host.Say($"only the first {Wording.Count(result.Rows.Count, "row")} are shown; aggregate, or page with WHERE and LIMIT.");
                }

                return ExitCodes.Done;
            }
            catch (StoreQueryException wrong)
            {
                throw new CliException(wrong.Position is { } position ? $"{wrong.Message}\n{PointAt(text, position)}" : wrong.Message);
            }
        });
        root.Add(command);
    }

    private static Table Rows(QueryResult result)
    {
        var columns = result.Columns.Select((name, i) => new Column(name, Number: result.Rows.Count > 0 && result.Rows.All(r => r[i] is null or long or double)));
        return new Table([.. columns], [.. result.Rows.Select(row => (IReadOnlyList<Cell>)[.. row.Select(Cell.Of)])]);
    }

    private static Table Views()
    {
        var rows = ViewCatalog.Views.SelectMany(view => view.Columns.Select(c => (IReadOnlyList<Cell>)[view.Name, c.Name, c.Type, c.Description]));
        return new Table([new("view"), new("column"), new("type"), new("description")], [.. rows]);
    }

    // The line that holds the position, with a caret below it.
    private static string PointAt(string sql, int position)
    {
        position = Math.Clamp(position, 0, sql.Length);
        var start = position == 0 ? 0 : sql.LastIndexOf('\n', position - 1) + 1;
        var end = sql.IndexOf('\n', position) is var newline and >= 0 ? newline : sql.Length;
        return $"  {sql[start..end]}\n  {new string(' ', position - start)}^";
    }
}
