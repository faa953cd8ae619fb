namespace VaeSweep.Results;

/// <summary>One column of a table.</summary>
/// <param name="Name">In JSON and CSV.</param>
/// <param name="Title">For people; null: the name.</param>
/// <param name="Number">Aligned to the right.</param>
/// <param name="Optional">Left out on a screen that is too narrow, the highest number first; 0 stays always.</param>
public sealed record Column(string Name, string? Title = null, bool Number = false, int Optional = 0)
{
    public string Heading => Title ?? Name;
}
