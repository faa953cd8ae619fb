using VaeSweep.Cluster;

namespace VaeSweep.Cli;

/// <summary>Whether the head of this process can keep what it is told, as it says itself.</summary>
internal sealed class HeadHealth
{
    private volatile string? _trouble;

    /// <summary>Null while all is well.</summary>
    public string? Trouble => _trouble;

    /// <summary>Hears what a head has to say, from any thread.</summary>
    public void Hear(NodeEvent told)
    {
        if (told is StoreUnreachable unreachable)
            _trouble = unreachable.Reason;
        else if (told is StoreRecovered)
            _trouble = null;
    }
}
