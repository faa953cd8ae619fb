using System.Globalization;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>What a head knows of one life of a node.</summary>
internal sealed class NodeLife(NodeInfo info, long incarnation, long acknowledged)
{
    public NodeInfo Info { get; set; } = info;
    public long Incarnation { get; } = incarnation;

    /// <summary>Entries up to this number have been taken.</summary>
    public long Received { get; set; } = acknowledged;

    /// <summary>Up to this one, what they changed is committed.</summary>
    public long Durable { get; set; } = acknowledged;

    /// <summary>Entries were taken that are not noted yet.</summary>
    public bool HasNews { get; set; }

    /// <summary>It has said that it leaves, and is to be listed as gone.</summary>
    public bool Leaves { get; set; }

    /// <summary>An <see cref="Ack"/> is due.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>The number of its session; null when it has none and must say <see cref="Hello"/>.</summary>
    public long? Session { get; private set; }
    public string? Filter { get; set; }

    /// <summary>The number of its last beat in the session, and what that said.</summary>
    public long Beat { get; set; }
    public IReadOnlyList<AttemptFence> Held { get; set; } = [];

    /// <summary>Devices that want something and were not served since the last beat.</summary>
    public List<DeviceStatus> Wants { get; } = [];
    public TimeSpan ShownAt { get; set; }

    public string Node => Info.Node;

    public void Begin(Hello hello)
    {
        (Session, Filter, Info, Beat, Held, IsAnswered) = (hello.Session.Number, hello.Filter, hello.Info, 0, [], true);
        Leaves = false;
        Wants.Clear();
    }

    /// <summary>Ends its session. What it told stays taken: a step with it may be under way, so that the life must not be begun
    /// from the Ledger, which is ahead of what is durable.</summary>
    public void End()
    {
        (Session, Held, IsAnswered) = (null, [], false);
        Wants.Clear();
    }

    /// <summary>Names a want for the Ledger, which gives the same trials for the same want, whichever head asks.</summary>
    public string TokenOf(DeviceStatus device) =>
        string.Create(CultureInfo.InvariantCulture, $"{Node}|{Incarnation}|{device.Device}|{device.Want}");

    /// <summary>The device and the want of a token; null of one that is not of this life.</summary>
    public (string Device, long Want)? WantOf(string token)
    {
        var start = $"{Node}|{Incarnation}|";
        var end = token.LastIndexOf('|');
        return token.StartsWith(start, StringComparison.Ordinal) && end >= start.Length
            && long.TryParse(token.AsSpan(end + 1), CultureInfo.InvariantCulture, out var want)
            ? (token[start.Length..end], want)
            : null;
    }
}
