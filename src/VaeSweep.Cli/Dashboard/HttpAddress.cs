using System.Globalization;
using System.Net;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Where the dashboard listens.</summary>
/// <param name="Host">A name or an address of this machine; 127.0.0.1 for this machine alone.</param>
/// <param name="Port">0: any that is free.</param>
/// <param name="IsGiven">Somebody has chosen it; else the next free port will do.</param>
internal sealed record HttpAddress(string Host, int Port, bool IsGiven)
{
    public const int UsualPort = 4080;

    private const string Loopback = "127.0.0.1";

    public bool IsLoopback => Host is Loopback or "localhost" or "::1";

    /// <param name="text">HOST:PORT; null for the usual one.</param>
    /// <exception cref="CliException">It is none.</exception>
    public static HttpAddress Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new HttpAddress(Loopback, UsualPort, IsGiven: false);
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon].Trim('[', ']');
        if (host.Length == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown
            || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            throw new CliException($"--http {text}: HOST:PORT is wanted, such as 127.0.0.1:{UsualPort}, or this machine's name "
                + $"as browsers know it, lab.example:{UsualPort}.");
        }

        return IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? throw new CliException($"--http {text}: a browser must be told a name, and another name in an address is how pages "
                + "of strangers get in. Name this machine as browsers know it.")
            : new HttpAddress(host == "localhost" ? Loopback : host.ToLowerInvariant(), port, IsGiven: true);
    }

    /// <summary>The addresses to listen at.</summary>
    /// <exception cref="CliException">The host is not known here.</exception>
    public IReadOnlyList<IPAddress> Addresses()
    {
        if (IsLoopback)
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        try
        {
            return IPAddress.TryParse(Host, out var own) ? [own] : [.. Dns.GetHostAddresses(Host).Distinct()];
        }
        catch (System.Net.Sockets.SocketException unknown)
        {
            throw new CliException($"--http {Host}:{Port}: {unknown.Message}. Name this machine as it knows itself.");
        }
    }

    public override string ToString() => $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
