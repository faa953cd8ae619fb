using System.CommandLine;
using System.Text;
using System.Text.Json;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Report;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Figures, as `vaesweep plot` and `vaesweep report` make them: for the page's charts, or as files.</summary>
internal sealed class FigureView
{
    private const string Points = "points";
    private const string Width = "width";
    private const string Scale = "scale";
    private const int UsualPoints = 400;

    /// <summary>Of finished trials alone: an epoch more changes nothing.</summary>
    private static readonly string[] _ofResults = [ParallelCoordinates.Kind.Name, ParameterImportance.Kind.Name];

    private static readonly string[] _endings = [".svg", ".png", ".pdf"];

    private readonly Desk _desk;
    private readonly ModelFigures _models;
    private readonly PlotOptions _options = new();
    private readonly Command _command = new("plot");

    public FigureView(Desk desk)
    {
        (_desk, _models) = (desk, new ModelFigures(desk.Settings));
        _options.AddTo(_command);
    }

    public void AddTo(Router router)
    {
        const string figures = "/api/sweeps/{id}/figures/";
        foreach (var name in _ofResults)
            router.Add("GET", figures + name, (asked, token) => AnswerAsync(asked, name, token), Keeping.UntilResult);
        router.Add(
            "GET", figures + "{kind}", (asked, token) => AnswerAsync(asked, asked.Part("kind"), token), Keeping.UntilChange);
    }

    private async Task<Reply> AnswerAsync(Asked asked, string name, CancellationToken cancellationToken)
    {
        var ending = _endings.FirstOrDefault(one => name.EndsWith(one, StringComparison.Ordinal));
        var kind = FigureKinds.Get(ending is null ? name : name[..^ending.Length]);
        var (parsed, words) = asked.Options(_command, Points, Width, Scale);
        var sweep = await _desk.SweepAsync(asked, cancellationToken);
        var definition = sweep.Definition ?? StoredSweep.Definition(sweep.Status);
        if (kind.NeedsModel)
            return await ModelAsync(asked, kind, definition.Name, ending, words, cancellationToken);
        var options = _options.Read(parsed, new ShortNames(definition));
        var figure = await _desk.ReadAsync(
            async store =>
            {
                var trials = await SweepTrials.LoadAsync(store.Results, definition.Name, options.Where, cancellationToken);
                return await kind.BuildAsync(new FigureContext(store, definition, trials, options), cancellationToken);
            },
            cancellationToken);
        if (ending is not null)
            return File(asked, figure, ending, $"{definition.Name}-{kind.Name}{ending}");
        var shown = FigureThinning.Thin(figure, asked.Number(Points, UsualPoints, 20, 100_000));
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            FigureJson.WriteContent(json, shown);
            json.WriteString("command", _desk.Command(["plot", kind.Name, definition.Name, .. words]));
            json.WriteEndObject();
        });
    }

    private async Task<Reply> ModelAsync(
        Asked asked, FigureKind kind, string sweep, string? ending, IReadOnlyList<string> words,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<string> besides =
        [
            .. asked.One(Width) is null ? [] : (string[])[$"--{Width}={asked.Number(Width, 0, 100, 20_000)}"],
            $"--{Scale}={asked.Number(Scale, 2, 1, 10)}",
        ];
        var drawn = await _models.DrawAsync([kind.Name, sweep, .. words, .. besides], ending ?? ".json", cancellationToken);
        if (ending is not null)
            return Reply.Of(drawn, TypeOf(ending)) with { File = $"{sweep}-{kind.Name}{ending}" };
        using var figure = JsonDocument.Parse(drawn);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            foreach (var one in figure.RootElement.EnumerateObject())
                one.WriteTo(json);
            json.WriteString("command", _desk.Command(["plot", kind.Name, sweep, .. words]));
            json.WriteEndObject();
        });
    }

    private static string TypeOf(string ending) => ending switch
    {
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        _ => "application/pdf",
    };

    private static Reply File(Asked asked, Figure figure, string ending, string name)
    {
        var drawing = FigureRenderer.Render(figure, asked.One(Width) is null ? 0 : asked.Number(Width, 0, 100, 20_000));
        var scale = asked.Number(Scale, 2, 1, 10);
        var bytes = ending switch
        {
            ".svg" => Encoding.UTF8.GetBytes(drawing.ToSvg()),
            ".png" => drawing.ToPng(scale),
            _ => drawing.ToPdf(),
        };
        return Reply.Of(bytes, TypeOf(ending)) with { File = name };
    }
}
