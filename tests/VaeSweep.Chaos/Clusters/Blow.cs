using System.Globalization;

namespace VaeSweep.Chaos.Clusters;

/// <summary>One accident of a cluster.</summary>
/// <param name="Worker">Whom it strikes, where it is no head.</param>
/// <param name="Writes">So many writes of anybody after the blow before.</param>
/// <param name="Late">What it killed starts again only after the blows that follow it.</param>
/// <param name="Lasts">How long something is halted.</param>
internal sealed record Blow(BlowKind Kind, int Worker, int Writes, bool Late, TimeSpan Lasts)
{
    private const int MostWrites = 6;
    private const double LongestHalt = 6;

    // Most are kills: they find most.
    private static readonly BlowKind[] _dealt =
    [
        BlowKind.KillHead, BlowKind.KillHead, BlowKind.KillHead, BlowKind.KillHead,
        BlowKind.KillWorker, BlowKind.KillWorker, BlowKind.KillWorker, BlowKind.KillWorker,
        BlowKind.KillTrainer, BlowKind.KillTrainer, BlowKind.KillTrainer,
        BlowKind.HaltHead, BlowKind.HaltWorker, BlowKind.DrainWorker,
    ];

    public bool Kills => Kind is BlowKind.KillHead or BlowKind.KillWorker or BlowKind.KillTrainer;

    public static Blow Draw(Random random, int workers) => new(
        _dealt[random.Next(_dealt.Length)], random.Next(workers), random.Next(MostWrites), random.Next(2) == 0,
        TimeSpan.FromSeconds(0.5 + (random.NextDouble() * random.NextDouble() * LongestHalt)));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind}{(Kind is BlowKind.KillHead or BlowKind.HaltHead ? "" : $" {Worker}")} after {Writes}{(Late ? " late" : "")}{
            (Kind is BlowKind.HaltHead or BlowKind.HaltWorker ? $" for {Lasts.TotalSeconds:F1} s" : "")}");
}
