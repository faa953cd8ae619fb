using System.Globalization;

namespace VaeSweep.Cli;

/// <summary>A node's clock that jumps: the wall clock is moved by the seconds that a file holds, the steady one goes on. As when somebody sets the time.</summary>
internal sealed class ChaosClock(string file) : TimeProvider
{
    public const string Variable = "VAESWEEP_CHAOS_CLOCK";

    /// <summary>The system's clock, unless a chaos run says otherwise.</summary>
    public static TimeProvider FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? new ChaosClock(file) : System;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset();

    private TimeSpan Offset()
    {
        try
        {
            return double.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        }
        catch (IOException)
        {
            return TimeSpan.Zero;
        }
    }
}
