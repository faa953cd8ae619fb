namespace VaeSweep.Sweeps.Search;

/// <summary>The parameters of a block, each a dimension; the lists of a zip are one.</summary>
/// <remarks>A list of rising numbers is an order that can be learnt from: its values are the places in it.</remarks>
internal sealed class BlockSpace : SearchSpace
{
    private const int FewestOrdered = 3;

    private readonly SweepBlock _block;
    private readonly string[] _conditions;

    public BlockSpace(SweepBlock block)
    {
        _block = block;
        Dimensions = [.. block.Axes.Select(Dimension)];
        _conditions = [.. block.Axes.Select(ConditionOf)];
    }

    public override IReadOnlyList<Dimension> Dimensions { get; }

    public override string NameOf(int dimension) => _block.Axes[dimension].Paths[0].Name;

    public override bool IsActive(int dimension, ReadOnlySpan<double> point)
    {
        var axis = _block.Axes[dimension];
        if (axis.DependsOn.Count == 0)
            return true;
        var values = (ConfigValue[])_block.Fixed.Clone();
        for (var i = 0; i < dimension; i++)
        {
            if (double.IsNaN(point[i]))
                continue;
            foreach (var (path, value) in _block.Axes[i].Paths.Zip(ValuesAt(i, point[i])))
                values[path.Index] = value;
        }

        return IsActive(axis, values);
    }

    /// <summary>What the paths of an axis have at a place of its dimension.</summary>
    public ConfigValue[] ValuesAt(int dimension, double place)
    {
        var axis = _block.Axes[dimension];
        if (axis.Distribution is not { } distribution)
            return axis.Rows[(int)place];
        var value = distribution.ValueOf(place);
        return [axis.Paths[0].Kind == ValueKind.IntList ? ConfigValue.Of([value]) : value];
    }

    /// <summary>The point of a canonical configuration.</summary>
    /// <returns>Null when it is none of this space.</returns>
    public double[]? PointOf(string configJson)
    {
        if (TrialConfigJson.TryRead(configJson) is not { } values)
            return null;
        var point = new double[_block.Axes.Count];
        var varying = new HashSet<int> { ConfigSchema.At("seed").Index };
        for (var i = 0; i < point.Length; i++)
        {
            var axis = _block.Axes[i];
            if (!IsActive(axis, values))
            {
                point[i] = double.NaN;
                continue;
            }

            varying.UnionWith(axis.Paths.Select(path => path.Index));
            if (PlaceOf(axis, values) is not { } place)
                return null;
            point[i] = place;
        }

        var fits = ConfigSchema.Paths.All(path => varying.Contains(path.Index) || !path.Identity
            || !ConfigSchema.IsApplicable(path, values) || values[path.Index].Equals(_block.Fixed[path.Index]));
        return fits && _block.Filters.All(filter => Holds(filter, values)) ? point : null;
    }

    /// <summary>Where a configuration's values of a dimension are; null where it has no meaning, or they are not among its
    /// own.</summary>
    /// <param name="values">One for each path of the schema.</param>
    public double? PlaceOf(int dimension, ConfigValue[] values) =>
        IsActive(_block.Axes[dimension], values) ? PlaceOf(_block.Axes[dimension], values) : null;

    /// <summary>Where the given values of an axis's paths are; null where they are not among its values.</summary>
    public double? PlaceOf(int dimension, IReadOnlyDictionary<int, ConfigValue> given)
    {
        var axis = _block.Axes[dimension];
        if (axis.Distribution is { } distribution)
        {
            var value = given[axis.Paths[0].Index];
            return NumberOf(axis, value) is { } number && number >= distribution.From && number <= distribution.To
                && (!distribution.Whole || number == Math.Floor(number)) ? number : null;
        }

        for (var row = 0; row < axis.Rows.Count; row++)
        {
            if (axis.Paths.Index().All(path =>
                !given.TryGetValue(path.Item.Index, out var value) || value.Equals(axis.Rows[row][path.Index])))
            {
                return row;
            }
        }

        return null;
    }

    public static bool Holds(Condition condition, ConfigValue[] values) =>
        ConfigSchema.IsApplicable(ConfigSchema.Paths[condition.Index], values) && condition.Accepts(values[condition.Index]);

    protected override string ConditionOf(int dimension) => _conditions[dimension];

    private static bool IsActive(Axis axis, ConfigValue[] values) =>
        axis.When.All(one => Holds(one, values)) && axis.Paths.Any(path => ConfigSchema.IsApplicable(path, values));

    private static double? PlaceOf(Axis axis, ConfigValue[] values)
    {
        if (axis.Distribution is { } distribution)
        {
            return NumberOf(axis, values[axis.Paths[0].Index]) is { } number && number >= distribution.From
                && number <= distribution.To ? number : null;
        }

        for (var row = 0; row < axis.Rows.Count; row++)
        {
            var wanted = axis.Rows[row];
            if (axis.Paths.Index().All(path =>
                !ConfigSchema.IsApplicable(path.Item, values) || values[path.Item.Index].Equals(wanted[path.Index])))
            {
                return row;
            }
        }

        return null;
    }

    private static double? NumberOf(Axis axis, ConfigValue value) => axis.Paths[0].Kind != ValueKind.IntList ? value.AsNumber()
        : value.AsList() is [var single] ? single.AsNumber() : null;

    private static Dimension Dimension(Axis axis)
    {
        if (axis.Distribution is { } interval)
            return new(interval.From, interval.To, interval.Log, interval.Whole);
        return Search.Dimension.Of(axis.Rows.Count) with { Choice = !IsOrdered(axis) };
    }

    private static bool IsOrdered(Axis axis) =>
        axis.Paths.Count == 1 && axis.Rows.Count >= FewestOrdered
        && axis.Paths[0].Kind is ValueKind.Int or ValueKind.Number
        && axis.Rows.All(row => !row[0].IsNull)
        && axis.Rows.Zip(axis.Rows.Skip(1)).All(pair => pair.First[0].AsNumber() < pair.Second[0].AsNumber());

    private static string ConditionOf(Axis axis) => axis.DependsOn.Count == 0 ? "" : string.Join(
        "; ",
        axis.When.Concat(axis.Paths.Select(path => path.Applies).OfType<Condition>()).Select(one => one.ToString())
            .Order(StringComparer.Ordinal));
}
