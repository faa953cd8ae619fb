namespace VaeSweep.Cli.Dashboard;

/// <summary>Ends an answer with a status and words for a person.</summary>
internal sealed class HttpFault(int status, string words) : Exception(words)
{
    public int Status => status;
}
