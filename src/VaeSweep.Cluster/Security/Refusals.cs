using System.Net;
using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster.Security;

/// <summary>Says who was refused and why: of each host once a minute, and in a flood not of all of them. Takes the same memory
/// however many come.</summary>
internal sealed class Refusals(ILogger logger, TimeProvider time)
{
    private const int MostHosts = 256;
    private static readonly TimeSpan _apart = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private long _count;

    /// <summary>How often somebody was refused.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <param name="peer">An address of any form.</param>
    /// <param name="fault">Null when there is none.</param>
    /// <returns>Whether there is none.</returns>
    public bool Admits(string peer, string? fault)
    {
        if (fault is null)
            return true;
        Interlocked.Increment(ref _count);
        var host = HostOf(peer);
        if (MayTell(host))
            Log.PeerRefused(logger, host, fault);
        return false;
    }

    /// <summary>Without the port, which is another for every connection of the same peer.</summary>
    internal static string HostOf(string peer)
    {
        var name = peer[(peer.LastIndexOf('@') + 1)..];
        if (IPEndPoint.TryParse(name, out var point))
            return (point.Address.IsIPv4MappedToIPv6 ? point.Address.MapToIPv4() : point.Address).ToString();
        var colon = name.LastIndexOf(':');
        return colon > 0 ? name[..colon] : name;
    }

    private bool MayTell(string host)
    {
        lock (_lock)
        {
            if (_told.TryGetValue(host, out var told) && time.GetElapsedTime(told) < _apart)
                return false;
            if (_told.Count >= MostHosts)
            {
                foreach (var (old, _) in _told.Where(one => time.GetElapsedTime(one.Value) >= _apart).ToList())
                    _told.Remove(old);
                if (_told.Count >= MostHosts)
                    return false;
            }

            _told[host] = time.GetTimestamp();
            return true;
        }
    }
}
