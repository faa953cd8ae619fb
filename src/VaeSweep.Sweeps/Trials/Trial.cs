namespace VaeSweep.Sweeps;

/// <summary>One point of the search space with one seed.</summary>
/// <param name="Index">Place in the sweep's expansion, from 0; trials start in this order.</param>
/// <param name="Fingerprint">SHA-256 of the canonical configuration, 64 lower-case hex digits.</param>
/// <param name="ConfigJson">The canonical configuration: one JSON object, keys are configuration paths in ordinal order.</param>
/// <param name="Seed">The configuration's seed, repeated for grouping.</param>
/// <param name="PackKey">Trials with equal pack keys have the same tensor shapes and may train in one program.</param>
/// <param name="Epochs">How many epochs a complete trial has.</param>
public sealed record Trial(long Index, string Fingerprint, string ConfigJson, long Seed, string PackKey, int Epochs)
{
    /// <summary>What users see and type: the first 12 digits of the fingerprint. A prefix that is unique is enough to
    /// type.</summary>
    public string Id => Fingerprint[..12];
}
