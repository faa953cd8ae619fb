using System.CommandLine;
using VaeSweep.Results;

namespace VaeSweep.Cli;

/// <summary>Options that several commands share, made anew for each command line.</summary>
internal static class CommonOptions
{
    /// <summary>The file of the results.</summary>
    public const string Store = "--store";

    /// <summary>A head that is asked, wherever its store is.</summary>
    public const string Head = "--head";

    /// <summary>What opens the way to a head on another machine.</summary>
    public const string Key = "--key";

    public const string Verbose = "--verbose";

    /// <summary>Those of every command. An option keeps the commands that it belongs to, with all that they hold: one of this
    /// class's own would keep those of every command line there ever was.</summary>
    public static IEnumerable<Option> OfEvery() =>
    [
        new Option<string?>(Store)
        {
            Description = "file of the results; VAESWEEP_STORE, else ./vaesweep.db", HelpName = "path", Recursive = true,
        },
        new Option<string?>(Head)
        {
            Description = "a running head to ask instead; VAESWEEP_HEAD", HelpName = "host:port", Recursive = true,
        },
        new Option<string?>(Key)
        {
            Description = "the key file of that head, for one on another machine; VAESWEEP_KEY", HelpName = "file",
            Recursive = true,
        },
        new Option<bool>(Verbose) { Description = "log what happens, and show where a fault comes from", Recursive = true },
    ];

    /// <summary>text, json or csv.</summary>
    public static Option<OutputFormat> Format() => Format(OutputFormat.Text, OutputFormat.Json, OutputFormat.Csv);

    /// <summary>text, json, csv, md or latex.</summary>
    public static Option<OutputFormat> TableFormat() => Format(Enum.GetValues<OutputFormat>());

    /// <summary>--set path=value, any number of times.</summary>
    public static Option<string[]> Set() => new("--set")
    {
        Description = "replace a value of the sweep file: train.epochs=2, parameters.model.latent=[2,5], seeds=1",
        HelpName = "path=value",
    };

    /// <summary>--devices auto|cpu:N|cuda:0,1.</summary>
    public static Option<string> Devices() => new("--devices")
    {
        Description = "what to train on: auto, cpu:N (N trials at a time), cuda, cuda:0,1", HelpName = "devices",
        DefaultValueFactory = _ => "auto",
    };

    public static Argument<string> SweepFile() => new("SWEEP.yaml") { Description = "the sweep file" };

    public static Argument<string> Sweep() => new("SWEEP") { Description = "name of a sweep, or its file" };

    private static Option<OutputFormat> Format(params OutputFormat[] allowed)
    {
        var names = allowed.Select(f => f.ToString().ToLowerInvariant()).ToArray();
        var option = new Option<OutputFormat>("--format", "-f")
        {
            Description = string.Join('|', names),
            HelpName = "format",
            DefaultValueFactory = _ => OutputFormat.Text,
            CustomParser = result =>
            {
                var name = result.Tokens[0].Value;
                if (Array.IndexOf(names, name) is var i and >= 0)
                    return allowed[i];

                result.AddError($"--format {name} is not known here. Known: {string.Join(", ", names)}.");
                return OutputFormat.Text;
            },
        };
        return option;
    }
}
