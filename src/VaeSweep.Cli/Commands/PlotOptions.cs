using System.CommandLine;
using VaeSweep.Results.Figures;

namespace VaeSweep.Cli;

/// <summary>The options of `vaesweep plot` that say what a figure shows.</summary>
internal sealed class PlotOptions
{
    private readonly Option<string[]> _metric =
        new("--metric") { Description = "metrics, with commas; default: the kind's or the sweep's own", HelpName = "metric" };
    private readonly Option<string[]> _by =
        new("--by") { Description = "configuration paths that tell lines, panels or axes apart, with commas", HelpName = "a,b" };
    private readonly Option<string?> _facet =
        new("--facet") { Description = "a configuration path with one panel a value", HelpName = "path" };
    private readonly Option<string[]> _where =
        new("--where")
        {
            Description = "only trials with this value, with one of several (a|b), or in a range (1..5); any number of times",
            HelpName = "path=value",
        };
    private readonly Option<string?> _x =
        new("--x") { Description = "what stands along x: epoch, time, or a configuration path", HelpName = "path" };
    private readonly Option<bool> _logX = new("--log-x") { Description = "along x logarithmically" };
    private readonly Option<Spread?> _spread = Choices.Perhaps<Spread>("--band",
        "what bands show: ci (95 % interval of the mean), sd, range", "ci|sd|range");
    private readonly Option<bool> _last =
        new("--sort-last") { Description = "sort the units of an activity map by the last epoch, not the first" };
    private readonly Option<string[]> _trial =
        new("--trial") { Description = "the start of a trial's id, for figures of single models; any number of times",
            HelpName = "id" };
    private readonly Option<int> _max = new Option<int>("--max") { Description = "models shown at most", HelpName = "n",
        DefaultValueFactory = _ => new FigureOptions().MaxPanels }.Within(1, 100);
    private readonly Option<int> _images = new Option<int>("--images") { Description = "images shown of each model; default: "
        + "the kind's own", HelpName = "n" }.Within(1, 10_000);
    private readonly Option<string[]> _attribute =
        new("--attribute") { Description = "attributes to add: ink, slant, width, or classes, 7 or 7-1, with commas",
            HelpName = "a,b" };
    private readonly Option<int> _layer = new Option<int>("--layer") { Description = "a stochastic layer, 1 the data's side; "
        + "default: all", HelpName = "n" }.Within(1, 100);
    private readonly Option<long> _seed = new("--seed") { Description = "seeds what a figure draws at random", HelpName = "n" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _metric, _by, _facet, _where, _x, _logX, _spread, _last, _trial, _max, _images,
            _attribute, _layer, _seed })
        {
            command.Add(option);
        }
    }

    /// <param name="names">Of the sweep that is shown.</param>
    public FigureOptions Read(ParseResult parsed, ShortNames names) => new()
    {
        Metrics = ListOption.Names(parsed.GetValue(_metric)),
        By = names.Paths(ListOption.Names(parsed.GetValue(_by))),
        Facet = parsed.GetValue(_facet) is { } facet ? names.Path(facet) : null,
        Where = names.Keys(ListOption.Pairs("--where", parsed.GetValue(_where))) ?? [],
        X = parsed.GetValue(_x) is { } x and not ("epoch" or "time") ? names.Path(x) : parsed.GetValue(_x),
        LogX = parsed.GetValue(_logX),
        Band = parsed.GetValue(_spread),
        SortByLast = parsed.GetValue(_last),
        Trials = parsed.GetValue(_trial) ?? [],
        MaxPanels = parsed.GetValue(_max),
        Images = parsed.GetValue(_images),
        Attributes = ListOption.Names(parsed.GetValue(_attribute)),
        Layer = parsed.GetValue(_layer),
        Seed = parsed.GetValue(_seed),
    };
}
