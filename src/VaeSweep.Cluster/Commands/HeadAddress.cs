using System.Globalization;
using System.Net;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Commands;

/// <summary>Where a head answers.</summary>
public static class HeadAddress
{
    private const string Loopback = "127.0.0.1";

    /// <summary>Splits HOST:PORT; an IPv6 host stands in brackets. Actors answer to one name only: this machine's is
    /// 127.0.0.1.</summary>
    /// <exception cref="StoreException">It is no such address.</exception>
    public static (string Host, int Port) Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is 0 or > ushort.MaxValue)
        {
            throw new StoreException($"'{address}' is no address of a head: it must be HOST:PORT, such as gpu-01:4100.");
        }
        var host = address[..colon].Trim('[', ']');
        return (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? Loopback : host, port);
    }

    /// <summary>Whether it is of this machine alone.</summary>
    public static bool IsLoopback(string address) =>
        IPAddress.TryParse(Parse(address).Host, out var ip) && IPAddress.IsLoopback(ip);
}
