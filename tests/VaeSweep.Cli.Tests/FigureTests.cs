using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using VaeSweep.Results.Figures;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

public sealed class FigureTests
{
    [Fact]
    public async Task Plot_draws_one_line_a_value_with_a_note_on_seeds_and_band()
    {
        using var cli = await SweptAsync();
        var path = cli.File("curves.svg", "");

        var answer = await cli.RunAsync("plot", "curves", "demo", "-o", path);

        var svg = XDocument.Load(path);
        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToList();
        Assert.Equal(0, answer.Code);
        Assert.Equal(["1", "5"], texts.SkipWhile(t => t != "k:").Skip(1).Take(2));
        Assert.Contains("training ELBO (nats per image)", texts);
        Assert.Contains(texts, t => t.StartsWith("n = 2 seeds a line; band: 95 % interval", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("against")]
    [InlineData("slice")]
    [InlineData("importance")]
    [InlineData("parallel")]
    public async Task Plot_states_how_many_trials_a_figure_is_made_of_and_which(string kind)
    {
        using var cli = await SweptAsync();
        var path = cli.File($"{kind}.svg", "");

        var answer = await cli.RunAsync("plot", kind, "demo", "--where", "model.decoder=bernoulli", "-o", path);

        Assert.Equal(0, answer.Code);
        Assert.Contains("n = ", await File.ReadAllTextAsync(path));
        Assert.Contains("Only trials with model.decoder = bernoulli.", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Plot_writes_a_png_of_twice_the_drawing_s_size_without_a_display()
    {
        using var cli = await SweptAsync();
        var path = cli.File("curves.png", "");

        var answer = await cli.RunAsync("plot", "curves", "demo", "-o", path);

        var bytes = await File.ReadAllBytesAsync(path);
        Assert.Equal(0, answer.Code);
        Assert.Equal("PNG", Encoding.ASCII.GetString(bytes, 1, 3));
        Assert.Equal(2 * 664, (bytes[18] << 8) + bytes[19]);
    }

    [Fact]
    public async Task Plot_leaves_failed_trials_out_and_says_so()
    {
        using var cli = new Cli();
        cli.Launcher.FailureOf = config => config is { Objective.K: 5, Seed: 1 } ? "the bound became NaN" : null;
        await cli.RunAsync("run", cli.Sweep());
        var path = cli.File("against.svg", "");

        var answer = await cli.RunAsync("plot", "against", "demo", "-o", path);

        Assert.Equal(0, answer.Code);
        Assert.Contains("1 of 4 trials is left out", await File.ReadAllTextAsync(path));
    }

    [Theory]
    [InlineData("plot curvs demo -o x.svg", "unknown figure 'curvs'. Did you mean 'curves'?")]
    [InlineData("plot curves demo -o x.jpg", "a figure is written as .svg, .png, .pdf or .json, not as '.jpg'")]
    [InlineData("plot curves demo -o x.svg --where objective.k=7",
        "no trial of 'demo' has objective.k = 7. objective.k is one of: 1, 5.")]
    [InlineData("plot curves demo -o x.svg --by objective.kk",
        "there is no configuration path 'objective.kk'. Did you mean 'objective.k'?")]
    [InlineData("plot curves demo -o x.svg --metric test_nll", "'test_nll' is measured once, at the end, not every epoch")]
    [InlineData("plot activity-map demo -o x.svg", "has not measured its units by epoch")]
    public async Task Plot_says_what_was_asked_and_what_there_is(string arguments, string said)
    {
        using var cli = await SweptAsync();

        var answer = await cli.RunAsync(arguments.Split(' '));

        Assert.Equal(2, answer.Code);
        Assert.Contains(said, answer.Error);
    }

    [Fact]
    public async Task Kinds_lists_every_figure_with_what_it_is_made_from()
    {
        using var cli = new Cli();

        var answer = await cli.RunAsync("plot", "--kinds", "--format", "json");

        var kinds = answer.Json().EnumerateArray()
            .ToDictionary(k => k.GetProperty("kind").GetString()!, k => k.GetProperty("made from").GetString());
        Assert.Equal("the store", kinds["curves"]);
        Assert.Equal("trained models", kinds["manifold"]);
        Assert.True(kinds.Count >= 19);
    }

    [Fact]
    public async Task Every_command_in_a_pack_s_header_is_one_of_a_figure_and_of_that_sweep()
    {
        using var cli = new Cli();
        var help = (await cli.RunAsync("plot", "--help")).Out;

        var commands = Directory.GetFiles(Path.Combine(Root(), "sweeps", "papers"), "*.yaml")
            .SelectMany(path => Regex.Matches(Header(path), PlotCommandOfAHeader)
            .Select(
                found => (Path: path, Kind: found.Groups["kind"].Value, Sweep: found.Groups["sweep"].Value,
                    Options: found.Groups["option"].Captures.Select(option => option.Value))))
            .ToArray();

        Assert.True(commands.Length >= 19, $"{commands.Length} commands");
        Assert.All(commands, command =>
        {
            Assert.Equal(command.Kind, FigureKinds.Get(command.Kind).Name);
            Assert.Equal(SweepFile.Load(command.Path).Name, command.Sweep);
            Assert.All(command.Options, option => Assert.Contains(option + " ", help, StringComparison.Ordinal));
        });
    }

    private const string PlotCommandOfAHeader =
        @"vaesweep plot (?<kind>[\w-]+) (?<sweep>[\w.-]+?)(?: (?<option>--[a-z]+) [\w.,]+?)*(?=[;.]? |[;.]?$)";

    private static string Header(string path) =>
        string.Join(' ', File.ReadLines(path).TakeWhile(line => line.StartsWith('#')).Select(line => line[1..].Trim()));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VaeSweep.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie under VaeSweep.sln.");

        return folder.FullName;
    }

    private static async Task<Cli> SweptAsync()
    {
        var cli = new Cli();
        await cli.RunAsync("run", cli.Sweep());
        return cli;
    }
}
