namespace VaeSweep.Models;

/// <summary>What a model may start from that comes from the data set.</summary>
public sealed record DataHints
{
    /// <summary>Nothing known: enough for a model whose configuration starts nothing from data.</summary>
    public static DataHints None { get; } = new();

    /// <summary>[D], mean of the training images: for model.output_bias training_mean, as in the code of Burda et al.
    /// 2016.</summary>
    public float[]? TrainingMean { get; init; }

    /// <summary>Where learnt pseudo-inputs start: normal around this.</summary>
    public double PseudoInputMean { get; init; } = 0.05;

    /// <summary>Its standard deviation.</summary>
    public double PseudoInputDeviation { get; init; } = 0.01;

    /// <summary>Training images one after the other, D values each: at least model.pseudo_inputs of them for vampprior_data and
    /// for model.pseudo_init data.</summary>
    public float[]? PseudoImages { get; init; }
}
