using System.Net;
using System.Net.Sockets;

namespace VaeSweep.Cli.Tests;

public sealed class ChaosProxyTests
{
    [Fact]
    public async Task Connections_that_close_by_themselves_can_be_cut_at_the_same_time()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var proxy = new ChaosProxy(((IPEndPoint)server.LocalEndpoint).Port);
        var accepting = AcceptAsync(server, over.Token);
        var opening = Task.Run(() => OpenAsync(proxy.Port, times: 300, over.Token), over.Token);

        while (!opening.IsCompleted)
        {
            proxy.Cut();
        }

        await opening;
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    private static async Task AcceptAsync(TcpListener server, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var accepted = await server.AcceptTcpClientAsync(cancellationToken);
        }
    }

    private static async Task OpenAsync(int port, int times, CancellationToken cancellationToken)
    {
        for (var i = 0; i < times; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            }
            catch (SocketException)
            {
                // Cut as it came.
            }
        }
    }
}
