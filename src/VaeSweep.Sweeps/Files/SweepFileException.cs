namespace VaeSweep.Sweeps;

/// <summary>A sweep file cannot be used. Holds every fault that was found, in the order of the file.</summary>
public sealed class SweepFileException(IReadOnlyList<SweepFault> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<SweepFault> Faults { get; } = faults;
}
