namespace VaeSweep.Store;

/// <summary>Which epochs of a trial are stored: as good as always 1 to some number.</summary>
internal struct EpochSet(int unbroken, IReadOnlyList<int>? beyond)
{
    /// <summary>1 to this are there.</summary>
    public int Unbroken { get; private set; } = unbroken;

    /// <summary>Those beyond a gap, in order; null for none.</summary>
    public IReadOnlyList<int>? Beyond { get; private set; } = beyond;

    /// <returns>False when it was there.</returns>
    public bool Add(int epoch)
    {
        if (epoch <= Unbroken || Beyond?.Contains(epoch) == true)
            return false;
        if (epoch > Unbroken + 1)
        {
            Beyond = [.. (Beyond ?? []).Append(epoch).Order()];
            return true;
        }

        Unbroken = epoch;
        if (Beyond is null)
            return true;
        var joined = 0;
        while (joined < Beyond.Count && Beyond[joined] == Unbroken + 1)
            (Unbroken, joined) = (Unbroken + 1, joined + 1);
        Beyond = joined == Beyond.Count ? null : [.. Beyond.Skip(joined)];
        return true;
    }

    /// <summary>How many of the epochs 1 to <paramref name="epoch"/> are there.</summary>
    public readonly int CountTo(int epoch) => epoch <= Unbroken ? epoch : Unbroken + (Beyond?.Count(one => one <= epoch) ?? 0);
}
