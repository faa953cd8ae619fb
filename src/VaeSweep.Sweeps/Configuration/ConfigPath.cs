namespace VaeSweep.Sweeps;

/// <summary>One configuration path: what it takes, its default, and what it decides.</summary>
/// <param name="Name">As in the sweep file: `model.batch_norm`.</param>
/// <param name="Get">Its value in a configuration; also where its default comes from.</param>
/// <param name="Description">One line for a person.</param>
public sealed partial record ConfigPath(string Name, ValueKind Kind, Func<TrialConfig, ConfigValue> Get, string Description)
{
    /// <summary>Smallest value, of every entry where it is a list.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Largest value.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary><see cref="Min"/> itself is not allowed.</summary>
    public bool AboveMin { get; init; }

    /// <summary><see cref="Max"/> itself is not allowed.</summary>
    public bool BelowMax { get; init; }

    /// <summary>The names that a choice or a set of names takes.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Names that a later version will know: refused with that reason.</summary>
    public IReadOnlyList<string> NotYet { get; init; } = [];

    /// <summary>May be `all`, which is null in the canonical form.</summary>
    public bool Nullable { get; init; }

    /// <summary>Decides what the trial computes or reports, so it is part of the fingerprint.</summary>
    public bool Identity { get; init; } = true;

    /// <summary>Decides tensor shapes or the program, so trials that differ in it cannot share a pack.</summary>
    public bool Pack { get; init; } = true;

    /// <summary>The path came later than trials that were run without it: at its default it stays out of the fingerprint, so that
    /// they stay the same trials.</summary>
    public bool QuietDefault { get; init; }

    /// <summary>When it has a meaning; null is always. Elsewhere it is dropped, so that it cannot make two trials out of
    /// one.</summary>
    public Condition? Applies { get; init; }

    /// <summary>Only another way to write that path (`model.latent` for `model.layers`).</summary>
    public string? ShortFor { get; init; }

    public ConfigValue Default { get; internal init; } = ConfigValue.Null;

    /// <summary>Place in <see cref="ConfigSchema.Paths"/>; -1 for another way to write a path.</summary>
    internal int Index { get; init; } = -1;

    internal int AppliesIndex { get; init; } = -1;

    /// <summary>What it takes, in words: "a whole number, at least 1".</summary>
    public string Expected => Kind switch
    {
        ValueKind.Int => "a whole number" + Range + (Nullable ? ", or all" : ""),
        ValueKind.Number => "a number" + Range,
        ValueKind.Bool => "true or false",
        ValueKind.DatasetName => $"one of {string.Join(", ", Allowed)}, or the name of your own",
        ValueKind.OwnDataset => "a map of what `vaesweep data add` has found",
        ValueKind.Choice => Allowed.Count == 1 ? Allowed[0] : "one of " + string.Join(", ", Allowed),
        ValueKind.IntList => $"a list of whole numbers{Range}, like {Default}",
        ValueKind.IntSet => $"a list of different whole numbers{Range}, like [1, 2]",
        ValueKind.IntLists => $"a list of whole numbers{Range}, like [200, 200], or one such list for each layer",
        ValueKind.NameSet => "a list of different names out of " + string.Join(", ", Allowed),
        ValueKind.NumberPair => $"two numbers{Range}, like {Default}",
        ValueKind.Phases => "a list of phases, like [{ epochs: 100, train.schedule: step }]",
        _ => throw new InvalidOperationException($"No words for {Kind}."),
    };

    internal bool IsList => Kind is ValueKind.IntList or ValueKind.IntSet or ValueKind.IntLists or ValueKind.NameSet
        or ValueKind.NumberPair or ValueKind.Phases;

    private string Range
    {
        get
        {
            var low = double.IsNegativeInfinity(Min) ? "" : $"{(AboveMin ? "above" : "at least")} {ConfigValue.Shortest(Min)}";
            var high = double.IsPositiveInfinity(Max) || Max >= int.MaxValue
                ? "" : $"{(BelowMax ? "below" : "at most")} {ConfigValue.Shortest(Max)}";
            var both = string.Join(" and ", new[] { low, high }.Where(part => part.Length > 0));
            return both.Length == 0 ? "" : IsList ? $" {both}" : $", {both}";
        }
    }
}
