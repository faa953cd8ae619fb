namespace VaeSweep.Models.Evaluation;

/// <summary>A published way to count active units: a unit is active when the variance over images of its posterior mean exceeds a
/// threshold.</summary>
/// <param name="Name">Short, for reports.</param>
/// <param name="Threshold">Of the variance, which divides by the number of images.</param>
/// <param name="TrainingImages">Whether it looks at training images, binarised afresh where they are; else at test
/// images.</param>
/// <param name="FirstImages">How many images, from the first; null is all.</param>
/// <param name="FromSamples">Whether a layer that is inferred from another's sample is given one sample of it
/// (<see cref="PackModel.PosteriorMeans(Tensor, IReadOnlyList{Tensor})"/>), not its mean.</param>
public sealed record ActiveUnits(string Name, double Threshold, bool TrainingImages, int? FirstImages, bool FromSamples)
{
    /// <summary>Burda et al. 2016, appendix C: 0.01.</summary>
    public static ActiveUnits Burda { get; } = new("burda", 0.01, TrainingImages: false, FirstImages: null, FromSamples: false);

    /// <summary>The published code of Burda et al. 2016: 0.01, over the first 500 training images.</summary>
    public static ActiveUnits BurdaCode { get; } =
        new("burda_code", 0.01, TrainingImages: true, FirstImages: 500, FromSamples: true);

    /// <summary>Bettencourt and Craddock: 0.1, since noise alone lifts every unit above 0.01 early in training.</summary>
    public static ActiveUnits BettencourtCraddock { get; } =
        new("bettencourt_craddock", 0.1, TrainingImages: false, FirstImages: null, FromSamples: false);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ActiveUnits> Published { get; } = [Burda, BurdaCode, BettencourtCraddock];

    /// <summary>Active units of one trial, all layers together, of the images that were added.</summary>
    public int Count(UnitActivity activity, int trial)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return activity.Active(trial, Threshold);
    }
}
