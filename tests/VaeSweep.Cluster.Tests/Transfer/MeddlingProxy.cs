using System.Net;
using System.Net.Sockets;

namespace VaeSweep.Cluster.Tests.Transfer;

/// <summary>Stands between a client and a server, and cuts connections or changes bytes.</summary>
internal sealed class MeddlingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly int _target;
    private readonly Task _accepting;
    private long _up;

    public MeddlingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Of one connection, from the client or to it: so many bytes pass, then it is cut. Once.</summary>
    public long? CutAfter { get; set; }

    /// <summary>The byte at this place, from the client or to it, is changed. Once.</summary>
    public long? FlipAt { get; set; }

    /// <summary>Passed from clients to the server.</summary>
    public long Up => Interlocked.Read(ref _up);

    /// <summary>Called when a connection is to be cut, before the client is told.</summary>
    public Func<Task>? OnCut { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_stopped.Token));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stopped.Token);
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), isUp: true),
                    CopyAsync(server.GetStream(), client.GetStream(), isUp: false));
            }
            catch (SocketException)
            {
                // The server is away.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isUp)
    {
        var buffer = new byte[16_384];
        long passed = 0;
        try
        {
            for (int count; (count = await from.ReadAsync(buffer, _stopped.Token)) > 0; passed += count)
            {
                if (FlipAt is { } flip && flip >= passed && flip < passed + count)
                {
                    buffer[flip - passed] ^= 1;
                    FlipAt = null;
                }

                if (isUp)
                    Interlocked.Add(ref _up, count);
                await to.WriteAsync(buffer.AsMemory(0, count), _stopped.Token);
                if (CutAfter is not { } most || passed + count <= most)
                    continue;
                CutAfter = null;
                if (OnCut is { } onCut)
                    await onCut();
                return;
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has hung up.
        }
    }
}
