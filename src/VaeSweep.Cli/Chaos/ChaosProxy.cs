using System.Net;
using System.Net.Sockets;

namespace VaeSweep.Cli;

/// <summary>A network between one node and the server that can be slow, silent or cut.</summary>
internal sealed class ChaosProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _life = new();
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _open = [];
    private readonly Task _accepting;
    private TaskCompletionSource _flows = Flowing();

    public ChaosProxy(int serverPort)
    {
        _server = new IPEndPoint(IPAddress.Loopback, serverPort);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Added to each packet's way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Nothing gets through, and nobody is told.</summary>
    public void Silence()
    {
        lock (_lock)
        {
            if (_flows.Task.IsCompleted)
            {
                _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    public void Flow()
    {
        Delay = TimeSpan.Zero;
        _flows.TrySetResult();
    }

    /// <summary>Every connection breaks; new ones may be made at once.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var client in _open)
            {
                client.Client.LingerState = new LingerOption(enable: true, 0);
                client.Close();
            }

            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        _listener.Stop();
        Flow();
        Cut();
        await _accepting;
        _life.Dispose();
    }

    private static TaskCompletionSource Flowing()
    {
        var flowing = new TaskCompletionSource();
        flowing.SetResult();
        return flowing;
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_life.Token);
                served.RemoveAll(task => task.IsCompleted);
                served.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException || (e is InvalidOperationException && _life.IsCancellationRequested))
        {
            // The last: asked for one more when it no longer listens.
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(_server, _life.Token);
            client.NoDelay = server.NoDelay = true;
            lock (_lock)
            {
                _open.Add(client);
                _open.Add(server);
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(_life.Token);
            await Task.WhenAny(PumpAsync(client.GetStream(), server.GetStream(), over.Token), PumpAsync(server.GetStream(), client.GetStream(), over.Token));
            await over.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The server is away, or the connection was cut: what a broken network does.
        }
        finally
        {
            // Before they close: what is cut must still have its socket.
            lock (_lock)
            {
                _open.Remove(client);
                _open.Remove(server);
            }

            client.Dispose();
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                await _flows.Task.WaitAsync(cancellationToken);
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, TimeProvider.System, cancellationToken);
                }

                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
