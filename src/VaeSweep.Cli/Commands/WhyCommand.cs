using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep why`: what is behind a number of a table, or what became of a trial.</summary>
internal static class WhyCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = new Argument<string>("SWEEP") { Description = "a sweep's name or file; or the start of a trial's id, whose "
            + "story is told" };
        var cell = new Argument<string[]>("path=value") { Description = "the settings of the row, as the table shows them; none: "
            + "all trials", Arity = ArgumentArity.ZeroOrMore };
        var metric = new Option<string?>("--metric") { Description = "the number that is asked about; default: as in `table`",
            HelpName = "metric" };
        var format = CommonOptions.Format();
        var command = new Command("why", "The trials, attempts, machines, versions and configuration hashes behind a number of a "
            + "table: why SWEEP objective.k=5 model.latent=20; or what a trial was drawn from and became: why TRIAL.")
        {
            sweep, cell, metric, format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = ListOption.Pairs("why", parsed.GetValue(cell)) ?? [];
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var named = parsed.GetRequiredValue(sweep);
            if (settings.Count == 0 && named.All(char.IsAsciiHexDigit)
                && await store.GetSweepAsync(named, cancellationToken) is null)
            {
                await TellAsync(store, named, parsed.GetValue(format), host, cancellationToken);
                return ExitCodes.Done;
            }

            var definition = StoredSweep.Definition(await SweepLookup.FindAsync(store, named, cancellationToken));
            settings = new ShortNames(definition).Keys(settings)!;
            var wishes = new TableWishes { By = settings.Count == 0
                ? [] : [.. settings.Keys], Columns = [], Metric = parsed.GetValue(metric) };
            var request = StoredSweep.Request(definition, wishes);
            var table = await ComparisonBuilder.BuildAsync(store.Results, request, cancellationToken);
            if (Rows(table, settings).Count == 0)
                table = await ComparisonBuilder.BuildAsync(store.Results, request with { Search = true }, cancellationToken);
            var row = Find(table, settings);
            var behind = await BehindNumbers.ReadAsync(store.Results, table.Sweep, table.Metric, row.Points, cancellationToken);
            host.Out.Write(parsed.GetValue(format) switch
            {
                OutputFormat.Json => Json(behind, row),
                var flat => Trials(behind.Of(row), table, row, flat, host.Pasteable).Render(flat, host.OutTerminal),
            });
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static async Task TellAsync(
        IStore store, string prefix, OutputFormat format, CliHost host, CancellationToken cancellationToken)
    {
        var trial = await SweepLookup.FindTrialAsync(store, prefix, sweep: null, cancellationToken);
        var events = await store.Results.EventsAsync(TrialFilter.One(trial.Sweep, trial.Id), cancellationToken)
            .ToListAsync(cancellationToken);
        var story = TrialStory.Of(trial, events);
        if (format == OutputFormat.Text)
            host.Out.WriteLine(story);
        else
            host.Out.Write(new Table([new("trial"), new("story")], [[trial.Id, story]]).Render(format, host.OutTerminal));
    }

    private static List<ComparisonRow> Rows(ComparisonTable table, Dictionary<string, string> settings) =>
    [
        .. table.Rows.Where(r => r.By.Select((value, i) => settings.TryGetValue(table.By[i], out var set)
            // What others have trained is asked for by name.
            ? BaselineComparison.Means(value, set) : value is null).All(means => means)),
    ];

    private static ComparisonRow Find(ComparisonTable table, Dictionary<string, string> settings)
    {
        var found = Rows(table, settings);
        if (found.Count == 1)
            return found[0];

        var known = table.By.Select((path, i) =>
        {
            var values = table.Rows.Select(r => r.By[i]?.Text ?? "-").Distinct(StringComparer.Ordinal).Take(20);
            return $"{path}: {string.Join(", ", values)}";
        });
        throw new CliException($"no trial of {table.Sweep} has {BaselineComparison.Text(settings)}. There "
            + $"are {string.Join("; ", known)}.");
    }

    private static string Json(BehindNumbers behind, ComparisonRow row) =>
        JsonText.Write(json => behind.WriteJson(json, row));

    private static Table Trials(
        IReadOnlyList<TrialOrigin> trials, ComparisonTable table, ComparisonRow row, OutputFormat format,
        Func<string, string> pasteable)
    {
        Column[] columns =
        [
            new("trial"), new("seed", Number: true), new("state"), new("value", table.Metric.Name, Number: true),
            new("attempts", Number: true), new("device"), new("host"),
            new("stack", Optional: 1), new("processor", Optional: 3), new("finished_at", "finished", Optional: 2),
            new("fingerprint", "configuration hash", Optional: 4),
            .. trials.Any(one => one.TakenFrom is not null) ? (Column[])[new("taken_from", "taken over from")] : [],
            .. trials.Any(one => one.ImportedFrom is not null) ? (Column[])[new("imported", "imported from")] : [],
            .. trials.Any(one => one.Tags.Count > 0) ? (Column[])[new("tags")] : [],
            .. trials.Any(one => one.Note is not null) ? (Column[])[new("note")] : [],
        ];
        var rows = trials.Select(trial =>
        {
            var last = trial.Attempts.LastOrDefault();
            using var provenance = JsonDocument.Parse(last?.Provenance ?? "{}");
            string? Of(string name) => provenance.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
            return (IReadOnlyList<Cell>)
            [
                trial.Trial, trial.Seed, new Cell(
                    Wording.Name(trial.State), Wording.Name(trial.State), Tone: Tones.Of(trial.State)),
                new Cell(trial.Value, double.IsNaN(trial.Value) ? "-" : trial.Value.ToString("g8", CultureInfo.InvariantCulture)),
                trial.Attempts.Count, last?.Device, Of("host"), Of("stack"), Of("processor"), Instants.Text(last?.EndedAt),
                trial.Fingerprint,
                .. trials.Any(one => one.TakenFrom is not null) ? (Cell[])[trial.TakenFrom] : [],
                .. trials.Any(one => one.ImportedFrom is not null) ? (Cell[])[trial.ImportedFrom] : [],
                .. trials.Any(one => one.Tags.Count > 0) ? (Cell[])[string.Join(", ", trial.Tags)] : [],
                .. trials.Any(one => one.Note is not null) ? (Cell[])[trial.Note] : [],
            ];
        });
        var caption = $"{table.Sweep}: {table.Metric.Name} of {Wording.Count(row.Trials, "trial")}"
            + (row.Values.N > 0 ? string.Create(
                CultureInfo.InvariantCulture, $", mean {row.Values.Mean:g8} over {Wording.Count(row.Values.N, "seed")}")
                    : ", no value yet");
        return new Table(columns, [.. rows], format == OutputFormat.Text ? caption : null, format == OutputFormat.Text
            ? [pasteable("--format json has every attempt and all of its provenance; `vaesweep show TRIAL` the configuration")]
            : null);
    }
}
