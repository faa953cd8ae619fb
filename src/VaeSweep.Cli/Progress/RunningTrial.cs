namespace VaeSweep.Cli;

/// <summary>A trial that is being trained, as the store knows it.</summary>
/// <param name="Bound">The latest bound, nats per image: of the validation images where it is measured, else of the training
/// images; NaN before the first epoch.</param>
internal sealed record RunningTrial(string Trial, string Worker, string Device, int Epoch, int Epochs, double Bound)
{
    /// <summary>Since its process was last heard of; null while it is in contact.</summary>
    public TimeSpan? Lost { get; init; }
}
