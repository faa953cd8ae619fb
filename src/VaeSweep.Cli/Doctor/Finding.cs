namespace VaeSweep.Cli;

/// <summary>What the doctor found of one thing.</summary>
/// <param name="Found">What is there, or what is missing.</param>
/// <param name="Advice">What to do; null when nothing is.</param>
internal sealed record Finding(string Check, FindingState State, string Found, string? Advice = null)
{
    public static Finding Ok(string check, string found) => new(check, FindingState.Ok, found);

    /// <summary>Not there, and nothing needs it; or there is something to know.</summary>
    public static Finding Note(string check, string found, string? advice = null) => new(check, FindingState.Note, found, advice);

    /// <summary>Trials cannot run like this.</summary>
    public static Finding Missing(string check, string found, string advice) => new(check, FindingState.Missing, found, advice);
}

/// <summary>How a check ended.</summary>
internal enum FindingState
{
    Ok,
    Note,
    Missing,
}
