using System.Numerics;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

/// <summary>A checked sweep file: what it is called, what its trials are, and how they are to be compared. Immutable.</summary>
public sealed class SweepDefinition
{
    /// <summary>Redraws of one random point before its number is given up.</summary>
    private const int MaxRedraws = 100_000;

    /// <summary>Blocks of a chain that are compared with each other, two by two.</summary>
    private const int MaxCompared = 100;

    private readonly IReadOnlyList<SweepBlock> _blocks;

    internal SweepDefinition(IReadOnlyList<SweepBlock> blocks)
    {
        _blocks = blocks;
        MayRepeat = blocks.Any(block => block.MayRepeat) || !AreApart(blocks);
        Seeds = blocks.All(block => block.Seeds.IsSameAs(blocks[0].Seeds)) ? blocks[0].Seeds
            : [.. blocks.SelectMany(block => block.Seeds).Distinct()];
    }

    public required string Name { get; init; }
    public string Description { get; init; } = "";

    /// <summary>The file's text, with overrides as comments that <see cref="SweepFile.Parse"/> reads again. What a store
    /// keeps.</summary>
    public required string Text { get; init; }

    /// <summary>What draws its points; null for a grid.</summary>
    public SamplerFacts? Method { get; init; }

    /// <summary>In which order points are trained.</summary>
    public SweepOrder Order { get; init; }

    /// <summary>Points that are drawn; 0 for a grid.</summary>
    public int Draws { get; init; }

    /// <summary>Seeds the draws.</summary>
    public long SearchSeed { get; init; }

    /// <summary>What a search looks at.</summary>
    public SearchSettings Search { get; init; } = SearchSettings.Usual;

    /// <summary>Its later points depend on what the earlier ones find: <see cref="Expand(CancellationToken)"/> has the first
    /// ones alone.</summary>
    public bool Learns => Method is { Learns: true };

    /// <summary>Ends trials early; null where none does.</summary>
    public IScheduler? Scheduler { get; init; }

    /// <summary>Of <see cref="Scheduler"/>, as in the sweep file; several names may be of one kind.</summary>
    public string? SchedulerName { get; init; }

    /// <summary>Points go on as copies of others, with other settings: how; null where they do not.</summary>
    public ExploreSettings? Explores { get; init; }

    /// <summary>Its best points are trained again with fresh seeds; null where they are not.</summary>
    public ConfirmSettings? Confirm { get; init; }

    /// <summary>What becomes of its trials depends on what they find.</summary>
    public bool IsSearch => Learns || Scheduler is not null || Confirm is not null;

    /// <summary>Trials that confirm what it finds; 0 where none do.</summary>
    public long Confirming(CancellationToken cancellationToken = default) => Confirm is not { } confirm ? 0
        : Math.Min(confirm.Top, InTheEnd(cancellationToken) / Seeds.Count) * confirm.Seeds;

    /// <summary>Points that are drawn without a history.</summary>
    private int DrawnAtOnce => Learns ? Math.Min(Draws, Math.Max(Search.Startup, Enqueued.Count)) : Draws;

    /// <summary>What draws its points; null for a grid.</summary>
    internal ISampler? MakeSampler() => Method?.Make(SearchSeed, Search.Startup) is not { } sampler ? null
        : Enqueued.Count == 0 ? sampler : new EnqueuedSampler(sampler, Enqueued);

    /// <summary>Points that come first.</summary>
    internal IReadOnlyList<double[]> Enqueued { get; init; } = [];

    /// <summary>How many trials there will be in the end; where equal points turn up, at most so many.</summary>
    public long InTheEnd(CancellationToken cancellationToken = default) =>
        Learns ? (long)Draws * Seeds.Count : Count(cancellationToken);

    /// <summary>Claims before a trial that keeps failing is given up.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Most of its trials that run at once, on all nodes together; null for no limit.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Most trials in one program; null leaves it to the worker.</summary>
    public int? Pack { get; init; }

    /// <summary>Sweeps with a higher one are worked on first.</summary>
    public int Priority { get; init; }

    public TableSpec Table { get; init; } = TableSpec.Default;
    public IReadOnlyList<Reference> References { get; init; } = [];

    /// <summary>Data sets of somebody's own that it names, as they were when it was read.</summary>
    public IReadOnlyList<DatasetFacts> OwnData { get; init; } = [];

    /// <summary>What a person should know though it can run.</summary>
    public IReadOnlyList<SweepFault> Warnings { get; init; } = [];

    /// <summary>Paths that vary, in the file's order and as they were written; the seed is not among them.</summary>
    public IReadOnlyList<string> VaryingPaths { get; init; } = [];

    /// <summary>Every seed that occurs, in the order in which trials start.</summary>
    public IReadOnlyList<long> Seeds { get; }

    /// <summary>Different combinations may be the same trial, so that they are told apart by fingerprint.</summary>
    internal bool MayRepeat { get; }

    internal IReadOnlyList<SweepBlock> Blocks => _blocks;

    /// <summary>How many trials there are, exactly. Expands only where different combinations may be the same trial.</summary>
    /// <exception cref="OperationCanceledException">It was asked to end.</exception>
    public long Count(CancellationToken cancellationToken = default)
    {
        if (Method is not null)
            return Points(Seeds[0], cancellationToken).LongCount() * Seeds.Count;

        if (!MayRepeat)
            return (long)Combinations();

        if (ReferenceEquals(Seeds, _blocks[0].Seeds))
            return Seeds.Count * Points(Seeds[0], cancellationToken).LongCount();

        // Seeds that occur in the same blocks have the same number of trials.
        return Seeds.GroupBy(seed => string.Join(',', _blocks.Select((block, i) => block.Seeds.Contains(seed) ? i : -1)),
            StringComparer.Ordinal)
            .Sum(group => group.LongCount() * Points(group.First(), cancellationToken).LongCount());
    }

    /// <summary>How many combinations the file describes, before those that are the same trial are merged.</summary>
    public BigInteger Combinations() =>
        Method is not null
            ? (BigInteger)Draws * Seeds.Count
            : _blocks.Aggregate(BigInteger.Zero, (sum, block) => sum + (block.Points() * block.Seeds.Count));

    /// <summary>The trials, every point with the first seed, then every point with the second; they start by their index, which
    /// in a shuffled order is not the order in which they come. Lazy, and in memory that does not grow with their number, but for
    /// 32 bytes a point where equal trials must be told apart.</summary>
    /// <exception cref="OperationCanceledException">It was asked to end.</exception>
    public IEnumerable<Trial> Expand(CancellationToken cancellationToken = default) => Expand(1, cancellationToken);

    /// <summary>As <see cref="Expand(CancellationToken)"/>, but of so many trials only the first: the others are passed over,
    /// which is faster.</summary>
    public IEnumerable<Trial> Expand(long every, CancellationToken cancellationToken = default)
    {
        if (Order == SweepOrder.Shuffled)
        {
            foreach (var trial in ExpandShuffled(every, cancellationToken))
                yield return trial;
            yield break;
        }

        long index = 0;
        long? drawn = null;
        foreach (var point in Points(Seeds, cancellationToken))
        {
            if (index++ % every == 0)
                yield return point.ToTrial(Learns || Scheduler is not null ? InPoint(index - 1) : index - 1);
        }

        // A search needs all seeds of a point to value it: they have places side by side.
        long InPoint(long place)
        {
            var points = Math.Max(1, drawn ??= Points(Seeds[0], cancellationToken).LongCount());
            return (place % points * Seeds.Count) + (place / points);
        }
    }

    private IEnumerable<Trial> ExpandShuffled(long every, CancellationToken cancellationToken)
    {
        var (begin, index) = (0L, 0L);
        foreach (var seed in Seeds)
        {
            // Seeds of one point are far apart: all points have been seen once before any is seen twice.
            var places = new ShuffledPlaces(Name, SearchSeed, Math.Max(1, PointsOf(seed, cancellationToken)));
            foreach (var point in Points(seed, cancellationToken))
            {
                if (index % every == 0)
                    yield return point.ToTrial(begin + places.Of(index - begin));
                index++;
            }

            begin = index;
        }
    }

    private long PointsOf(long seed, CancellationToken cancellationToken) => MayRepeat
        ? Points(seed, cancellationToken).LongCount()
        : (long)_blocks.Where(block => block.Seeds.Contains(seed))
            .Aggregate(BigInteger.Zero, (sum, block) => sum + block.Points());

    /// <summary>Every path with its values in this sweep, for `plan --show-config`.</summary>
    public IReadOnlyList<ResolvedPath> Resolve() => ConfigSchema.Paths.Where(path => path.Name != "seed").Select(path =>
    {
        var values = _blocks.SelectMany(block => Written(block, path)).Distinct(StringComparer.Ordinal).ToArray();
        var origin = values.Length > 1 || _blocks.Any(block => block.ValuesOf(path.Index) is null) ? "varies"
            : _blocks.Any(block => block.Places.ContainsKey(path.Index)) ? "fixed" : "default";

        // As trials have it: a single layer is model.latent.
        var shown = path.Name == "model.layers" && values.All(value => !value.StartsWith('['))
            ? ConfigSchema.At("model.latent") : path;
        return new ResolvedPath(shown.Name, values, origin, shown.Expected, shown.Description, shown.Applies?.ToString());
    }).ToArray();

    private static IEnumerable<string> Written(SweepBlock block, ConfigPath path)
    {
        if (block.ValuesOf(path.Index) is { } values)
        {
            return values.Select(value => path.Nullable && value.IsNull ? "all"
                : path.Name == "model.layers" && value.AsList() is [var single] ? single.ToString() : value.ToString());
        }

        var interval = block.Axes.First(axis => axis.Has(path.Index)).Distribution!;
        return [$"{(interval.Log ? "log_uniform" : "uniform")} {ConfigValue.Shortest(interval.From)} "
            + $"to {ConfigValue.Shortest(interval.To)}"];
    }

    private sealed record Source(SweepBlock Block, PointWalker Walker, PointDrawer? Drawer, TrialAssembler Assembler);

    /// <summary>The distinct points of one seed. Each is valid until the next one is asked for.</summary>
    private IEnumerable<TrialAssembler> Points(long seed, CancellationToken cancellationToken) =>
        Points([seed], cancellationToken);

    private IEnumerable<TrialAssembler> Points(IReadOnlyList<long> seeds, CancellationToken cancellationToken)
    {
        const int LookedAt = 1024;
        long passed = 0;
        var sampler = MakeSampler();
        var sources = _blocks.Select(block => new Source(
            block, new(block, block.Axes), sampler is null ? null : new(block, sampler), new(block))).ToArray();
        FingerprintSet? seen = MayRepeat || sampler is not null ? new() : null;
        foreach (var seed in seeds)
        {
            // Trials of different seeds are never equal.
            seen?.Clear();
            foreach (var source in sources)
            {
                source.Assembler.Seed = seed;
                source.Walker.Reset();
            }

            var points = sampler is not null ? Drawn(sources, seen!) : Walked(sources, seed, seen);
            foreach (var point in points)
            {
                if (++passed % LookedAt == 0)
                    cancellationToken.ThrowIfCancellationRequested();

                yield return point;
            }
        }
    }

    private static IEnumerable<TrialAssembler> Walked(Source[] sources, long seed, FingerprintSet? seen)
    {
        foreach (var source in sources.Where(source => source.Block.Seeds.Contains(seed)))
        {
            while (source.Walker.MoveNext())
            {
                var fingerprint = source.Assembler.Assemble(source.Walker.Values, source.Walker.Fragments);
                if (seen is null || seen.Add(fingerprint))
                    yield return source.Assembler;
            }
        }
    }

    /// <summary>The blocks of a chain take turns.</summary>
    private IEnumerable<TrialAssembler> Drawn(Source[] sources, FingerprintSet seen)
    {
        var all = _blocks.All(block => block.IsFinite)
            ? _blocks.Aggregate(BigInteger.Zero, (sum, block) => sum + block.Points()) : Draws;
        for (var number = 0; number < DrawnAtOnce && seen.Count < all; number++)
        {
            var source = sources[number % sources.Length];
            for (var attempt = 0; attempt < MaxRedraws; attempt++)
            {
                if (source.Drawer!.Draw(number, attempt)
                    && seen.Add(source.Assembler.Assemble(source.Drawer.Values, source.Drawer.Fragments)))
                {
                    yield return source.Assembler;
                    break;
                }
            }
        }
    }

    // Most chains are told apart by one path, which is found in one pass; the pairs of a long chain without such a path are too
    // many to be
    // looked at, and fingerprints tell its trials apart as well.
    private static bool AreApart(IReadOnlyList<SweepBlock> blocks) =>
        blocks.Count == 1 || ConfigSchema.Paths.Any(path => SeparatesAll(blocks, path))
        || (blocks.Count <= MaxCompared && Pairs(blocks).All(pair => pair.First.IsApartFrom(pair.Second)));

    private static bool SeparatesAll(IReadOnlyList<SweepBlock> blocks, ConfigPath path)
    {
        if (path.Applies is not null || !path.Identity)
            return false;

        var seen = new HashSet<ConfigValue>();
        return blocks.All(block => block.ValuesOf(path.Index) is { } values && values.All(seen.Add));
    }

    private static IEnumerable<(SweepBlock First, SweepBlock Second)> Pairs(IReadOnlyList<SweepBlock> blocks) =>
        blocks.SelectMany((first, i) => blocks.Skip(i + 1).Select(second => (first, second)));
}
