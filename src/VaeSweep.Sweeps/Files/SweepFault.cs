namespace VaeSweep.Sweeps;

/// <summary>Something wrong with a sweep file.</summary>
/// <param name="File">The file, or the `--set` that it came from.</param>
/// <param name="Line">From 1; 0 where there is no line.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What was found, what is allowed, and the nearest valid name.</param>
public sealed record SweepFault(string File, int Line, int Column, string Message)
{
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}: {Message}" : $"{File}: {Message}";
}
