namespace VaeSweep.Cli;

/// <summary>What can happen to a cluster.</summary>
internal enum ChaosKind
{
    KillTrainer,
    KillNode,
    KillLeader,
    HaltNode,
    RestartServer,
    CrashServer,
    CutConnections,
    SlowNetwork,
    SilentNetwork,
    FullDisk,
    ClockJump,
    DrainNode,
}

/// <summary>One accident of a schedule that a seed decides.</summary>
/// <param name="After">Since the one before.</param>
/// <param name="Node">Whom it strikes, counted round.</param>
/// <param name="Lasts">Where it is not over at once.</param>
internal sealed record ChaosAccident(ChaosKind Kind, TimeSpan After, int Node, TimeSpan Lasts)
{
    private const double LongestPause = 2.5;
    private const double LongestTrouble = 12;

    /// <summary>Accidents without end, the same for the same seed. Kinds are dealt like cards: no kind comes a third time before every one has come once.</summary>
    public static IEnumerable<ChaosAccident> Schedule(int seed, int nodes)
    {
        var random = new Random(seed);
        var kinds = Enum.GetValues<ChaosKind>();
        for (var dealt = 0; ; dealt++)
        {
            if (dealt % kinds.Length == 0)
            {
                random.Shuffle(kinds);
            }

            yield return new ChaosAccident(
                kinds[dealt % kinds.Length], TimeSpan.FromSeconds(0.2 + (random.NextDouble() * LongestPause)), random.Next(nodes),
                TimeSpan.FromSeconds(0.5 + (random.NextDouble() * random.NextDouble() * LongestTrouble)));
        }
    }

    public override string ToString() => Kind is ChaosKind.KillTrainer or ChaosKind.KillNode or ChaosKind.CutConnections or ChaosKind.DrainNode or ChaosKind.KillLeader
        ? $"{NameOf(Kind)} {Node}"
        : FormattableString.Invariant($"{NameOf(Kind)} {Node} for {Lasts.TotalSeconds:0.0} s");

    /// <summary>In words: "kill node".</summary>
    public static string NameOf(ChaosKind kind) => string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString()));
}
