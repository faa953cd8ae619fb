namespace VaeSweep.Cli;

/// <summary>Ends a command with a message for a person.</summary>
/// <param name="message">What was asked, what was found, what to do.</param>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="cause">For <c>--verbose</c>.</param>
internal sealed class CliException(string message, int exitCode = ExitCodes.Usage, Exception? cause = null)
    : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;
}
