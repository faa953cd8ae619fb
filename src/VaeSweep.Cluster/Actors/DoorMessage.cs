using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Actors;

/// <summary>What a node of another machine and a head's door say to each other before the protocol begins. A later version may
/// say more after it: what is not known is passed over.</summary>
internal abstract record DoorMessage
{
    private const string ArrivalManifest = "arrival";
    private const string WelcomeManifest = "welcome";

    public string Manifest => this is Arrival ? ArrivalManifest : WelcomeManifest;

    public byte[] ToBytes()
    {
        var writer = new WireWriter(64);
        Write(writer);
        return writer.ToArray();
    }

    /// <returns>Null when the manifest is another message's.</returns>
    /// <exception cref="ProtocolException">The bytes are no such message.</exception>
    public static DoorMessage? Read(string manifest, ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        return manifest switch
        {
            ArrivalManifest => new Arrival(reader.Text(), reader.Flag()),
            WelcomeManifest => new Welcome(reader.Flag(), reader.Int()),
            _ => null,
        };
    }

    private protected abstract void Write(WireWriter writer);
}

/// <summary>To a head's door: how shall I be connected? Said again until <see cref="Welcome"/> answers it.</summary>
/// <param name="Token">Shows that the node may serve here; see <see cref="Hello"/>.</param>
/// <param name="WantsMembership">It would become a member of the head's cluster.</param>
internal sealed record Arrival(string Token, bool WantsMembership) : DoorMessage
{
    private protected override void Write(WireWriter writer)
    {
        writer.Text(Token);
        writer.Flag(WantsMembership);
    }
}

/// <summary>A head is there.</summary>
/// <param name="MayJoin">The head can connect to the node, and has room in its cluster. Otherwise the node serves as an
/// outpost.</param>
/// <param name="FilesPort">Where the head takes and gives files; 0 for nowhere.</param>
internal sealed record Welcome(bool MayJoin, int FilesPort) : DoorMessage
{
    private protected override void Write(WireWriter writer)
    {
        writer.Flag(MayJoin);
        writer.Number(FilesPort);
    }
}
