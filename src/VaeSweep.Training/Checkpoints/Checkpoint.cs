namespace VaeSweep.Training;

/// <summary>Everything that one trial needs to go on as if it had never stopped: alone, in the same pack or in another.</summary>
/// <param name="Fingerprint">Of the trial's configuration; a checkpoint continues no other.</param>
/// <param name="Numerics">The <see cref="Training.Numerics.Number"/> of the program that wrote it.</param>
/// <param name="Tensors">Parameters, buffers, the optimiser's state. Noise and order are of the place alone and need
/// none.</param>
public sealed record Checkpoint(string Fingerprint, int Numerics, TrialProgress Progress, IReadOnlyList<HostTensor> Tensors)
{
    /// <summary>Its name in the trial's folder; names order by progress, and two attempts never write the same file.</summary>
    public string FileName(int attempt) => $"ckpt-e{Progress.Epochs:D6}-s{Progress.Step:D5}-a{attempt}{CheckpointFile.Extension}";
}
