using System.CommandLine;
using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep best`: the best trial of a sweep, as a sweep file that trains it again.</summary>
internal static class BestCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var metric = new Option<string?>("--metric") { Description = "best by this; default: the sweep's own",
            HelpName = "metric" };
        var format = Choices.Of<Form>("--format", "yaml: a sweep file that runs; json: the trial, its value, its configuration",
            "yaml|json", Form.Yaml);
        var command = new Command("best", "The best trial of a sweep, and its configuration as a sweep file that runs: "
            + "best SWEEP > best.yaml. `query best` ranks many.")
        {
            sweep, metric, format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var named = parsed.GetValue(metric) is { } name ? MetricCatalog.Get(name) : null;
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var by = named ?? StoredSweep.Request(StoredSweep.Definition(found)).Metric;
            var (table, _) = await BestTrials.ReadAsync(store.Results, [found.Name], by, 1, OutputFormat.Json, cancellationToken);
            if (table.Rows.Count == 0)
            {
                throw new CliException($"no trial of {found.Name} has a value of {by.Name} yet. `vaesweep status {found.Name}` "
                    + "says how far it is; --metric names another.");
            }

            var best = table.Rows[0].Zip(table.Columns).ToDictionary(one => one.Second.Name, one => one.First,
                StringComparer.Ordinal);
            var (trial, config) = (best["trial"].Text, best["config"].Text);
            var value = string.Create(CultureInfo.InvariantCulture, $"{best["value"].Value:R}");
            if (table.Rows.Count > 1)
            {
                host.Say($"{found.Name} has several data sets or likelihoods, whose values cannot be held against each other; "
                    + $"this is the best of {best["scope"].Text}. `vaesweep query best {found.Name}` shows the others.");
            }

            if (parsed.GetValue(format) == Form.Json)
            {
                host.Out.Write(JsonText.Write(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("sweep", found.Name);
                    json.WriteString("trial", trial);
                    json.WriteString("metric", by.Name);
                    json.WritePropertyName("value");
                    json.WriteRawValue(value);
                    json.WriteBoolean("ended_early", best["ended_early"].Value is true);
                    if (best["confirmed_by"].Value is int seeds)
                    {
                        json.WriteNumber("confirmed_by", seeds);
                        json.WriteNumber("confirmed_mean", (double)best["confirmed_mean"].Value!);
                    }

                    json.WritePropertyName("config");
                    json.WriteRawValue(config);
                    json.WriteEndObject();
                }));
                return ExitCodes.Done;
            }

            host.Out.Write($"# trial {trial} of {found.Name}: {by.Name} {value}"
                + $"{(best["ended_early"].Value is true ? ", ended early" : "")}\n");
            if (best["confirmed_by"].Value is int confirmedBy)
            {
                host.Out.Write(string.Create(CultureInfo.InvariantCulture, $"# of the configuration that {confirmedBy} fresh "
                    + $"seeds confirm as the best of those searched: their mean is {best["confirmed_mean"].Value:R}\n"));
            }

            host.Out.Write(SweepText.Of(NameOf(found.Name), config));
            host.Out.Write($"table: {{ metric: {by.Name} }}\n");
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private enum Form
    {
        Yaml,
        Json,
    }

    // A name has an end.
    private static string NameOf(string sweep) => sweep.Length <= 95 ? $"{sweep}-best" : $"{sweep[..95]}-best";
}
