using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>Every kind of figure. A new one is one file and one line here.</summary>
public static class FigureKinds
{
    /// <summary>In the order in which a person would want to see them.</summary>
    public static IReadOnlyList<FigureKind> All { get; } =
    [
        LearningCurves.Kind, ActiveUnitCurves.Kind, ActivityMap.Kind, UnitKl.Kind, LayerKl.Kind,
        SearchProgress.Kind, RungLadder.Kind, PopulationLineage.Kind, RateDistortion.Kind,
        MetricAgainst.Kind, MetricAgainst.PseudoInputs, ParallelCoordinates.Kind, ParameterImportance.Kind, ParameterSlices.Kind,
        ParameterContour.Kind,
        Reconstructions.Kind, ReconstructionsAndSamples.Kind, LatentScatter.Kind, LatentScatter.Samples, LatentManifold.Kind,
        LikelihoodHistograms.Kind, PseudoInputImages.Kind,
        Interpolation.Kind, AttributeVectors.Kind,
    ];

    /// <exception cref="ResultsException">There is none of that name; the message has the nearest one and the list.</exception>
    public static FigureKind Get(string name) => All.FirstOrDefault(k => k.Name == name) ?? throw new ResultsException(
        $"unknown figure '{name}'.{NearestName.Suggest(name, All.Select(k => k.Name))} "
            + $"Known: {string.Join(", ", All.Select(k => k.Name))}.");
}
