namespace VaeSweep.Cli;

/// <summary>Standard error as a stream that never fails: where nobody can hear what is said, the work goes on.</summary>
/// <param name="inner">Null where the stream was closed before the program began.</param>
internal sealed class TalkStream(Stream? inner) : WriteOnlyStream
{
    private bool _deaf = inner is null;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_deaf)
            return;

        try
        {
            inner!.Write(buffer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk stays full for a while, and a closed stream closed: trying again at every line would only cost time.
            _deaf = true;
        }
    }
}
