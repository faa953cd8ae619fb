namespace VaeSweep.Sweeps;

/// <summary>How long an epoch of some earlier trial took on one device of the kind that is planned with.</summary>
/// <param name="ConfigJson">Its canonical configuration.</param>
/// <param name="SecondsPerEpoch">The median over its epochs.</param>
public sealed record KnownRate(string ConfigJson, double SecondsPerEpoch);
