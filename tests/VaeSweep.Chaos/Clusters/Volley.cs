namespace VaeSweep.Chaos.Clusters;

/// <summary>Blows close together.</summary>
/// <param name="At">When so much of the work is done, from 0 to 1.</param>
internal sealed record Volley(double At, IReadOnlyList<Blow> Blows)
{
    private const int MostBlows = 4;

    /// <summary>So many kills and some more accidents, spread over the whole work.</summary>
    public static IReadOnlyList<Volley> Schedule(int seed, int workers, int kills)
    {
        var random = new Random(seed);
        var volleys = new List<IReadOnlyList<Blow>>();
        for (var planned = 0; planned < kills; planned += volleys[^1].Count(blow => blow.Kills))
            volleys.Add([.. Enumerable.Range(0, 1 + random.Next(MostBlows)).Select(_ => Blow.Draw(random, workers))]);
        return [.. volleys.Select((blows, i) => new Volley((i + 1.0) / (volleys.Count + 1), blows))];
    }

    public override string ToString() => string.Join(", ", Blows);
}
