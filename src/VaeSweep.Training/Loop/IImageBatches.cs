namespace VaeSweep.Training;

/// <summary>Images in their own order, for measurements over all of them.</summary>
internal interface IImageBatches
{
    int Count { get; }

    /// <summary>Intensities of neighbouring images, [M, count, D], the same for every trial; belongs to the current
    /// scope.</summary>
    Tensor Batch(int start, int count);
}
