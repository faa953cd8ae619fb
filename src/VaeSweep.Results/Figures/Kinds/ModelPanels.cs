using VaeSweep.Results.Imaging;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>What the figures of trained models share: which models they open, and their images as tiles.</summary>
internal static class ModelPanels
{
    private const int MostMissing = 3;

    /// <summary>Opens the trials asked for, else the first finished one of each group, one after the other;
    /// <paramref name="use"/> sees each.</summary>
    /// <param name="suits">Leaves out trials whose model has nothing to show.</param>
    /// <exception cref="ResultsException">No model can be opened.</exception>
    public static async Task<ShownModels> EachAsync(
        FigureContext context, Func<FigureTrial, bool> suits, Action<ITrainedModel, FigureTrial, string> use,
        CancellationToken cancellationToken)
    {
        var models = context.Models
            ?? throw new ResultsException("figures of trained models need libtorch: `vaesweep doctor` says more.");
        var chosen = UnitPanels.Chosen(context).Where(c => c.Trial.State == TrialState.Succeeded && suits(c.Trial)).ToList();
        if (chosen.Count == 0)
            throw new ResultsException($"no finished trial of '{context.Sweep}' has a model that this figure can show.");

        var shown = chosen.Take(context.Options.Trials.Count > 0 ? int.MaxValue : context.Options.MaxPanels).ToList();
        var (opened, missing) = (new List<FigureTrial>(), new List<ResultsException>());
        foreach (var (trial, title) in shown)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ITrainedModel model;
            try
            {
                model = await models.OpenAsync(trial, cancellationToken);
            }
            catch (ResultsException cannot)
            {
                // The others are worth showing without it.
                missing.Add(cannot);
                continue;
            }

            using (model)
                use(model, trial, title.Length > 0 ? title : trial.Id);

            opened.Add(trial);
        }

        return opened.Count > 0 ? new ShownModels(opened, chosen.Count, [.. missing.Select(cannot => cannot.Message)])
            : throw missing[0];
    }

    public static IEnumerable<string> Notes(FigureContext context, ShownModels shown) =>
    [
        .. UnitPanels.Notes(context, shown.Trials, shown.Offered - shown.Missing.Count),
        .. shown.Missing.Take(MostMissing).Select(why => $"Left out: {why}"),
        .. shown.Missing.Count > MostMissing
            ? [$"Left out as well: {shown.Missing.Count - MostMissing} further models."] : Array.Empty<string>(),
    ];

    /// <summary>Rows of pixels as tiles.</summary>
    public static IEnumerable<GreyImage> Tiles(ITrainedModel model, float[] images)
    {
        var size = model.ImageWidth * model.ImageHeight;
        for (var i = 0; i < images.Length / size; i++)
            yield return GreyImage.Of(images.AsSpan(i * size, size), model.ImageWidth, model.ImageHeight);
    }

    /// <summary>Codes between two rows of codes, row by row.</summary>
    public static float[] Rows(int rows, int width, Func<int, int, double> value)
    {
        var codes = new float[rows * width];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = (float)value(i / width, i % width);

        return codes;
    }
}
