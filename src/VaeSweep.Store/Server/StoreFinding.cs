namespace VaeSweep.Store;

/// <summary>One thing that a check of a store has found.</summary>
/// <param name="Grave">The store cannot be used so; else it is worth knowing.</param>
/// <param name="Advice">What to do; empty when all is well.</param>
public sealed record StoreFinding(string What, string Found, bool Good, bool Grave = false, string Advice = "");
