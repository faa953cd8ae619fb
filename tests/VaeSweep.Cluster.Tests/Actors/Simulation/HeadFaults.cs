using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Tests.Actors.Simulation;

/// <summary>What is wrong with a head, or with the way to it; and what it has heard and said.</summary>
internal sealed class HeadFaults
{
    /// <summary>It hears nobody, answers nobody and looks at no leases: it is halted.</summary>
    public bool IsAway { get; set; }

    /// <summary>Nodes that it does not hear, and that do not hear it.</summary>
    public HashSet<string> CutOff { get; } = new(StringComparer.Ordinal);

    /// <summary>Messages of either side that get lost.</summary>
    public Func<Message, bool> Loses { get; set; } = _ => false;

    /// <summary>How long messages are on their way to it.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Every message that arrived at either side.</summary>
    public List<Message> Carried { get; } = [];

    public bool Carries(Message message)
    {
        if (IsAway || CutOff.Contains(message.Session.Node) || Loses(message))
            return false;
        Carried.Add(message);
        return true;
    }
}
