namespace VaeSweep.Training.Data;

/// <summary>How grey images become binary. <c>dataset.binarization</c> of the sweep file.</summary>
public enum Binarization
{
    /// <summary>Images stay grey, in [0, 1].</summary>
    None,

    /// <summary>Every image is drawn once from Bernoulli(pixel / 255), by the data set's seed.</summary>
    Static,

    /// <summary>Training images are drawn afresh each epoch from the data set's seed and the epoch; validation and test
    /// once.</summary>
    Dynamic,
}
