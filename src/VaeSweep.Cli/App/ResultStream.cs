namespace VaeSweep.Cli;

/// <summary>Standard output as a file that can fail: a full disk or a stream that was closed is said in words and ends the
/// command.</summary>
/// <param name="inner">Null where the stream was closed before the program began.</param>
internal sealed class ResultStream(Stream? inner) : WriteOnlyStream
{
    /// <exception cref="CliException">Nothing can be written there.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (inner is null)
            throw Unwritable("it is closed");

        try
        {
            inner.Write(buffer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(failure.Message.TrimEnd('.'));
        }
    }

    private static CliException Unwritable(string why) =>
        new($"the results cannot be written to standard output: {why}.", ExitCodes.Failed);
}
