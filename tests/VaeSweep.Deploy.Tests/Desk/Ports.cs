using System.Net;
using System.Net.Sockets;

namespace VaeSweep.Deploy.Tests;

/// <summary>Ports that nobody listens on.</summary>
internal static class Ports
{
    // Below those that the system lends to whoever connects: what is started again at its port must find it free.
    private const int Lowest = 20_000;
    private const int Count = 12_000;
    private const int Stride = 97;

    private static int _next = Environment.ProcessId * Stride;

    public static int Free()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref _next) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Any, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }

        throw new InvalidOperationException($"no port from {Lowest} to {Lowest + Count} is free");
    }
}
