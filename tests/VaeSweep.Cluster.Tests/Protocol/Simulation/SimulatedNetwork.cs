using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>Carries messages as bytes; loses, doubles and delays them, so that they overtake each other.</summary>
internal sealed class SimulatedNetwork(Timeline time, Random random)
{
    private static readonly TimeSpan _wire = TimeSpan.FromMilliseconds(1);

    /// <summary>Of a thousand messages, how many are lost and how many come twice.</summary>
    public int Loses { get; set; }
    public int Doubles { get; set; }

    /// <summary>Up to so much is added to a message's way.</summary>
    public TimeSpan Slow { get; set; }

    /// <summary>Nodes that cannot reach the head, nor it them.</summary>
    public HashSet<string> CutOff { get; } = new(StringComparer.Ordinal);

    public long Sent { get; private set; }

    public long Bytes { get; private set; }

    public void Heal()
    {
        (Loses, Doubles, Slow) = (0, 0, TimeSpan.Zero);
        CutOff.Clear();
    }

    public void Carry(Message message, Action<Message> deliver)
    {
        var (manifest, bytes) = (MessageCodec.ManifestOf(message), MessageCodec.Write(message));
        Sent++;
        Bytes += bytes.Length;
        if (CutOff.Contains(message.Session.Node) || random.Next(1000) < Loses)
            return;
        for (var copies = random.Next(1000) < Doubles ? 2 : 1; copies > 0; copies--)
            time.After(_wire + (Slow * random.NextDouble()), () => deliver(MessageCodec.Read(manifest, bytes)));
    }
}
