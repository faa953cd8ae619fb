namespace VaeSweep.Sweeps;

/// <summary>What a trainer printed while it had an attempt, kept beside the attempt's checkpoints.</summary>
public static class TrainerLog
{
    public const string FileName = "trainer.log";

    /// <summary>What is printed beyond this is not kept; the last lines of a crash are in its reason.</summary>
    public const int MostBytes = 256 * 1024;
}
