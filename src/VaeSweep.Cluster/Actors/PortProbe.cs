using System.Net.Sockets;

namespace VaeSweep.Cluster.Actors;

/// <summary>Finds out whether a process that has broken off its connection is gone: nobody listens where it did.</summary>
internal static class PortProbe
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(2);

    /// <summary>A process that is being killed may close its port a moment after its connections.</summary>
    private static readonly TimeSpan[] _pauses = [TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(900)];

    /// <returns>True when the connection was refused. False when there is an answer, or none in time: then the process, its
    /// machine or the way there may be in trouble, and only the lease can tell.</returns>
    public static async Task<bool> IsRefusedAsync(string host, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var pause in _pauses)
        {
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellationToken);
            if (await RefusesAsync(host, port, time, cancellationToken))
                return true;
        }

        return false;
    }

    private static async Task<bool> RefusesAsync(string host, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, cancellationToken).AsTask().WaitAsync(_limit, time, cancellationToken);
            return false;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
