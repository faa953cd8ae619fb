using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Actors;

/// <summary>A head's answer to who arrives from another machine: as a member of the cluster or as an outpost, and where files
/// go. One for a head, at <see cref="Names.DoorPath"/>.</summary>
/// <remarks>An outpost can do all that a member can. Membership is for those whom the head can call back, and for so many as
/// gossip can carry; nothing is decided by it.</remarks>
internal sealed class DoorActor : ReceiveActor
{
    public const int UsualMembers = 50;
    private const int MostCalls = 16;
    private static readonly TimeSpan _callPatience = TimeSpan.FromSeconds(2);

    // Who was let in has become a member by then, or never will.
    private static readonly TimeSpan _joinsWithin = TimeSpan.FromSeconds(30);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly Dictionary<Address, long> _admitted = [];
    private readonly string _token;
    private readonly int _filesPort;
    private readonly int _mostMembers;
    private readonly TimeProvider _time;
    private readonly Credentials? _credentials;
    private int _calls;

    public DoorActor(string token, int filesPort, int mostMembers, Credentials? credentials, TimeProvider time)
    {
        (_token, _filesPort, _mostMembers, _credentials, _time) = (token, filesPort, mostMembers, credentials, time);
        Receive<Arrival>(Hear);
        Receive<Called>(called =>
        {
            _calls--;
            Answer(called.Sender, called.Reached && HasRoomFor(called.Sender.Path.Address));
        });
    }

    /// <param name="token">As in the store's owner file; empty where none is asked for.</param>
    /// <param name="filesPort">See <see cref="Welcome.FilesPort"/>.</param>
    /// <param name="credentials">The head's; null where it has no keys.</param>
    public static Props Props(string token, int filesPort, int mostMembers, Credentials? credentials, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new DoorActor(token, filesPort, mostMembers, credentials, time));

    private void Hear(Arrival arrival)
    {
        var at = Sender.Path.Address;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(arrival.Token), Encoding.UTF8.GetBytes(_token)))
        {
            // The coordinator refuses it in words.
            Sender.Tell(new Welcome(false, 0));
            return;
        }

        if (!arrival.WantsMembership || at is not { Host: { } host, Port: { } port } || _calls >= MostCalls || !HasRoomFor(at))
        {
            Answer(Sender, mayJoin: false);
            return;
        }

        _calls++;
        var sender = Sender;
        _ = CanBeReachedAsync(host, port).PipeTo(Self, success: reached => new Called(sender, reached));
    }

    private void Answer(IActorRef node, bool mayJoin)
    {
        if (mayJoin)
            _admitted[node.Path.Address] = _time.GetTimestamp();
        node.Tell(new Welcome(mayJoin, _filesPort));
    }

    private bool HasRoomFor(Address node)
    {
        foreach (var (old, _) in _admitted.Where(one => _time.GetElapsedTime(one.Value) > _joinsWithin).ToList())
            _admitted.Remove(old);
        var members = _cluster.State.Members.Where(one => one.HasRole(Names.WorkerRole)).Select(one => one.Address).ToHashSet();
        members.UnionWith(_admitted.Keys);
        members.Remove(node);
        return members.Count < _mostMembers;
    }

    private async Task<bool> CanBeReachedAsync(string host, int port)
    {
        using var late = new CancellationTokenSource(_callPatience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host.Trim('[', ']'), port, late.Token);
            if (_credentials is null)
                return true;
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsClientAsync(_credentials.ForClient(host, PeerRole.Member, _ => { }), late.Token);
            await HeadCall.HangUpAsync(stream, CancellationToken.None);
            return true;
        }
        catch (Exception failure) when (
            failure is SocketException or OperationCanceledException or IOException or AuthenticationException)
        {
            return false;
        }
    }

    private sealed record Called(IActorRef Sender, bool Reached);
}
