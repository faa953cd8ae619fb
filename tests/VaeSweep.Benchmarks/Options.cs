using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>Words after a benchmark's name.</summary>
internal static class Options
{
    /// <summary>N of rounds=N.</summary>
    public static int Rounds(IEnumerable<string> options, int otherwise) =>
        options.Where(o => o.StartsWith("rounds=", StringComparison.Ordinal))
            .Select(o => int.Parse(o[7..], CultureInfo.InvariantCulture)).FirstOrDefault(otherwise);

    /// <summary>The models that a word names; all where there is none.</summary>
    public static IEnumerable<FamilyCase> Families(IEnumerable<string> options)
    {
        var word = options.FirstOrDefault(o => !o.Contains('=', StringComparison.Ordinal)) ?? "";
        return FamilyCase.All.Where(model => model.Name.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
