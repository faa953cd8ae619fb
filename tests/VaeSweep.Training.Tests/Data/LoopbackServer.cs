using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VaeSweep.Training.Tests.Data;

/// <summary>A web server on this machine that answers each path as a test tells it to, well or badly.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Func<NetworkStream, CancellationToken, Task>> _answers =
        new(StringComparer.Ordinal);
    private readonly Task _accepting;

    public LoopbackServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>Paths in the order in which they were asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Serve(string path, byte[] body) => Answer(path, "200 OK", body.Length, body);

    public void Refuse(string path, string status) => Answer(path, status, 0, []);

    /// <summary>Promises more than it sends, then closes.</summary>
    public void Truncate(string path, byte[] body, int sent) => Answer(path, "200 OK", body.Length, body[..sent]);

    /// <summary>Sends a part, then nothing more and keeps the line open; the task ends when the part is on its way.</summary>
    public Task Stall(string path, byte[] body, int sent)
    {
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers["/" + path] = async (stream, cancellationToken) =>
        {
            await SendAsync(stream, "200 OK", body.Length, body[..sent], cancellationToken);
            stalled.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };
        return stalled.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private static async Task SendAsync(
        NetworkStream stream, string status, int length, byte[] body, CancellationToken cancellationToken)
    {
        var head = $"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private void Answer(string path, string status, int length, byte[] body) =>
        _answers["/" + path] = (stream, cancellationToken) => SendAsync(stream, status, length, body, cancellationToken);

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var path = (await reader.ReadLineAsync(_stop.Token))?.Split(' ')[1] ?? string.Empty;
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync(_stop.Token)))
                {
                }

                Requests.Enqueue(path);
                if (_answers.TryGetValue(path, out var answer))
                    await answer(stream, _stop.Token);
                else
                    await SendAsync(stream, "404 Not Found", 0, [], _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // The client went away or the test is over: both are parts of what is tested.
            }
        }
    }
}
