namespace VaeSweep.Training;

/// <summary>A set of processors that a thread may run on, as the kernel keeps it.</summary>
internal sealed class CpuSet
{
    // The kernel refuses masks shorter than its own; 8,192 processors is the largest it can be built for.
    private readonly byte[] _mask;

    private CpuSet(byte[] mask) => _mask = mask;

    /// <summary>Processor numbers in the set, ascending.</summary>
    public IReadOnlyList<int> Processors =>
        Enumerable.Range(0, _mask.Length * 8).Where(cpu => (_mask[cpu / 8] & (1 << (cpu % 8))) != 0).ToArray();

    public static CpuSet Single(int processor)
    {
        var mask = new byte[1024];
        mask[processor / 8] |= (byte)(1 << (processor % 8));
        return new(mask);
    }

    /// <summary>Where the calling thread may run; null when the system does not say.</summary>
    public static CpuSet? OfThisThread()
    {
        var mask = new byte[1024];
        return Libc.GetAffinity(0, (nuint)mask.Length, mask) >= 0 ? new(mask) : null;
    }

    /// <summary>Confines the calling thread, and what it starts from now on. False when the system refuses.</summary>
    public bool ApplyToThisThread() => Libc.SetAffinity(0, (nuint)_mask.Length, _mask) == 0;
}
