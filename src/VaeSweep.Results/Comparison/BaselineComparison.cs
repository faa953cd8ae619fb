using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Holds each cell against the one that has the baseline's values and agrees with it in everything else.</summary>
public static class BaselineComparison
{
    /// <param name="axes">Paths of the rows, then those that go across.</param>
    /// <exception cref="ResultsException">The baseline names a path that the table is not grouped by, or no cell has its
    /// values.</exception>
    public static List<ComparisonRow> Apply(
        IReadOnlyList<ComparisonRow> rows, IReadOnlyList<string> axes, IReadOnlyDictionary<string, string> baseline)
    {
        var wanted = baseline.ToDictionary(b => Place(b.Key, axes), b => b.Value);
        var bases = rows.Where(r => wanted.All(w => Means(Values(r)[w.Key], w.Value))).ToList();
        if (bases.Count == 0)
        {
            throw new ResultsException("no row of the table is the "
                + $"baseline {Text(baseline)}. {string.Join(" ", wanted.Keys.Select(i => Known(rows, axes[i], i)))}");
        }

        // The same row of another sweep will do, where the row's own sweep has none.
        int[] anySweep = [.. wanted.Keys, .. Enumerable.Range(0, axes.Count).Where(i => axes[i] == TrialReader.SweepPath)];
        var against = rows.Select(row => bases.Contains(row)
            ? null : BaseOf(row, bases, wanted.Keys) ?? BaseOf(row, bases, anySweep)).ToList();
        var versus = rows.Zip(against, (row, of) => of is not null && Comparable(row, of)
            ? MeanDifference.Between(row, of) : null).ToList();
        var adjusted = Holm.Adjust([.. versus.Select(v => v?.P ?? double.NaN)]);
        return [.. rows.Select((row, i) => row with
        {
            IsBaseline = bases.Contains(row), Versus = versus[i], Incomparable = against[i] is { } of
                && !Comparable(row, of), AdjustedP = adjusted[i],
        })];
    }

    /// <summary>"objective.k=1, model.prior=standard".</summary>
    public static string Text(IReadOnlyDictionary<string, string> baseline) =>
        string.Join(", ", baseline.Select(b => $"{b.Key}={b.Value}"));

    /// <summary>Whether a value is what a person wrote: 1e-3 is 0.001, [200,200] is [200, 200].</summary>
    public static bool Means(SettingValue? value, string written)
    {
        if (value is null)
            return written is "-" or "null";

        var (plain, typed) = (Squeezed(value.Text), Squeezed(written));
        return plain == typed || (!double.IsNaN(value.Number)
            && double.TryParse(typed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number.Equals(value.Number));
    }

    private static bool Comparable(ComparisonRow row, ComparisonRow other) => row.Scope is not null && row.Scope == other.Scope;

    private static int Place(string path, IReadOnlyList<string> axes)
    {
        for (var i = 0; i < axes.Count; i++)
        {
            if (axes[i] == path)
                return i;
        }

        throw new ResultsException(
            $"the baseline names '{path}', but the table is not grouped by it.{NearestName.Suggest(path, axes)} Grouped "
                + $"by: {string.Join(", ", axes)}.");
    }

    // A setting that the baseline has not at all (pseudo-inputs, where it has another prior) is no difference that could be
    // matched.
    private static ComparisonRow? BaseOf(ComparisonRow row, List<ComparisonRow> bases, IReadOnlyCollection<int> named)
    {
        var own = Values(row);
        bool Agrees(ComparisonRow other, bool absentWillDo)
        {
            var values = Values(other);
            return Enumerable.Range(0, own.Count)
                .All(i => named.Contains(i) || values[i]?.Json == own[i]?.Json || (absentWillDo && values[i] is null));
        }

        var near = bases.Where(b => Agrees(b, absentWillDo: false)).ToList();
        near = near.Count > 0 ? near : bases.Where(b => Agrees(b, absentWillDo: true)).ToList();
        return near.Count == 1 ? near[0] : null;
    }

    private static IReadOnlyList<SettingValue?> Values(ComparisonRow row) => row.Across.Count == 0
        ? row.By : [.. row.By, .. row.Across];

    private static string Known(IReadOnlyList<ComparisonRow> rows, string path, int place)
    {
        var values = rows.Select(r => Values(r)[place]?.Text ?? "-").Distinct(StringComparer.Ordinal).Take(20);
        return $"{path} is one of {string.Join(", ", values)}.";
    }

    private static string Squeezed(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
