using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Serialization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Security;
using VaeSweep.Cluster.Tests.Security;

namespace VaeSweep.Cluster.Tests.Remote;

/// <summary>Who has no key, a wrong one, or a good one and bad intentions; with real TLS over loopback.</summary>
public sealed class StrangerTests : IAsyncLifetime
{
    private const long MostBytesKept = 24_000_000;
    private readonly SomeKeys _keys = new();
    private readonly ListLogger _log = new();
    private StubHead _head = null!;

    public ValueTask InitializeAsync()
    {
        _head = StubHead.WithKeys(_keys.Head, _log);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _head.DisposeAsync();
        _keys.Dispose();
    }

    public static TheoryData<string, string> WrongCertificates => new()
    {
        { "foreign", "is of another store" },
        { "forged", "was not signed by this store's authority" },
        { "self-signed", "is of another store" },
        { "expired", "expired on" },
        { "authority", "is for neither a head nor a member" },
    };

    [Theory]
    [MemberData(nameof(WrongCertificates))]
    public async Task A_wrong_certificate_is_refused_and_named_once(string kind, string fault)
    {
        using var certificate = Wrong(kind);
        for (var time = 0; time < 3; time++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, int.Parse(_head.At.Split(':')[1]));
            await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
            await RefusedAsync(async () =>
            {
                await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                {
                    TargetHost = "x", ClientCertificates = [certificate],
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                });
                return await stream.ReadAsync(new byte[1]);
            });
        }

        Assert.Contains(fault, await _log.LineAsync("is refused"), StringComparison.Ordinal);
        Assert.Single(_log.Lines);
        await HeadLivesAsync();
    }

    [Fact]
    public async Task Plain_text_is_refused_and_named()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, int.Parse(_head.At.Split(':')[1]));
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());

        await RefusedAsync(async () => await client.GetStream().ReadAsync(new byte[1]));

        Assert.Contains("127.0.0.1 is refused: it speaks no TLS", await _log.LineAsync("is refused"), StringComparison.Ordinal);
        await HeadLivesAsync();
    }

    [Fact]
    public async Task A_node_without_a_key_is_told_to_use_one()
    {
        await using var node = new GatewayProbe(_head.At, null);

        Assert.Contains("use --key FILE", await node.Log.LineAsync("No way to the head"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_with_the_key_of_another_store_says_so()
    {
        using var others = new SomeKeys();
        await using var node = new GatewayProbe(_head.At, others.Join);

        Assert.Contains("is of another store", await node.Log.LineAsync("No way to the head"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_poses_as_the_head_is_not_spoken_with()
    {
        await using var false_ = new StubHead(0, _keys.Join.Setup(_log));
        await using var node = new GatewayProbe(false_.At, _keys.Join);

        Assert.Contains("poses as the head", await node.Log.LineAsync("No way to the head"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_takes_the_heads_place_under_a_living_wire_is_not_spoken_with()
    {
        var port = StubHead.FreePort();
        await using var node = new GatewayProbe($"127.0.0.1:{port}", _keys.Join);
        await using (var true_ = StubHead.WithKeys(_keys.Head, _log, port))
            await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);
        await node.ToldAsync<Disconnected>();
        await using (var false_ = new StubHead(port, _keys.Join.Setup(_log)))
            await node.Log.LineAsync("poses as the head");

        await using var again = StubHead.WithKeys(_keys.Head, _log, port);

        // The first that it is told after all this: nothing was between.
        var next = await node.ToldAsync<object>();
        Assert.IsType<Connected>(next);
        await node.GreetAsync(((Connected)next).Wire);
    }

    [Fact]
    public async Task A_head_that_calls_a_program_without_tls_lives_on()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var shutdown = CoordinatedShutdown.Get(_head.System);
        var begun = new TaskCompletionSource();
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "begun", () =>
        {
            begun.TrySetResult();
            return Task.FromResult(Akka.Done.Instance);
        });

        _head.System.ActorSelection($"akka.ssl.tcp://{Names.System}@127.0.0.1:{port}/user/x").Tell(GatewayProbe.SomeHello());
        using (var called = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30)))
        {
            await called.GetStream().WriteAsync("220 some other service\r\n"u8.ToArray());
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        // Akka would end the system now, had it been left alone.
        await Assert.ThrowsAsync<AggregateException>(() => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance));
        await HeadLivesAsync();
        await Endings.EndAsync(_head.System, TimeSpan.FromSeconds(5)).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Nobody_with_a_key_can_make_stop_or_fail_actors_of_the_head()
    {
        await using var stranger = new Stranger(_keys.Join.Setup(_log));
        var head = $"akka.ssl.tcp://{Names.System}@{_head.At}";
        var coordinator = stranger.System.ActorSelection(head + Names.CoordinatorPath);
        var path = ActorPath.Parse(head + Names.CoordinatorPath);
        var reference = ((ExtendedActorSystem)stranger.System).Provider.ResolveActorRef(path.ToSerializationFormat());
        foreach (var harm in new object[] { PoisonPill.Instance, Kill.Instance, ReceiveTimeout.Instance,
            new Status.Failure(new InvalidOperationException("x")) })
        {
            coordinator.Tell(harm);
            reference.Tell(harm);
        }

        reference.Tell(new SomeObject());
        ((IInternalActorRef)reference).Stop();
        ((IInternalActorRef)reference).Suspend();
        stranger.System.ActorOf(Props.Create(() => new Intruder()).WithDeploy(new Deploy(new RemoteScope(Address.Parse(head)))),
            "intruder");

        await HeadLivesAsync();
        Assert.Equal(0, Intruder.Made);
    }

    [Fact]
    public async Task Garbage_bytes_cost_the_head_nothing_for_long()
    {
        await using var plain = new StubHead(0, null);
        var connections = Long.Of(300, 20_000);
        var before = await KeptAsync();
        foreach (var port in new[] { _head.At, plain.At }.Select(at => int.Parse(at.Split(':')[1])))
        {
            await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, _) =>
            {
                var bytes = new byte[200];
                new Random(seed).NextBytes(bytes);
                // Some look like a frame of Akka's, with a length that is true.
                if (seed % 3 == 0)
                    BitConverter.TryWriteBytes(bytes, bytes.Length - sizeof(int));
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, _);
                try
                {
                    await client.GetStream().WriteAsync(bytes, _);
                }
                catch (IOException)
                {
                    // It has hung up before all were sent.
                }
            });
        }

        await HeadLivesAsync();
        await HeadLivesAsync(plain.At, key: null);
        Assert.InRange(await KeptAsync() - before, long.MinValue, MostBytesKept);
        Assert.InRange(_log.Lines.Count, 0, 3);
    }

    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "a frame that holds no message", [4, 0, 0, 0, 250, 251, 252, 253] },
        { "a frame that is too long", [0, 0, 0, 64, 1, 2, 3, 4] },
        { "a frame of a negative length", [255, 255, 255, 255, 1, 2, 3, 4] },
        { "another protocol", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task What_is_no_message_is_refused_and_named_once_without_keys_too(string what, byte[] bytes)
    {
        await using var plain = new StubHead(0, null, new Refusals(_log, TimeProvider.System));

        for (var time = 0; time < 3; time++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, int.Parse(plain.At.Split(':')[1]));
            await client.GetStream().WriteAsync(bytes);
            await RefusedAsync(async () => await client.GetStream().ReadAsync(new byte[1]));
        }

        var line = await _log.LineAsync("is refused");
        Assert.True(line.Contains("127.0.0.1 is refused: it sends what is no message", StringComparison.Ordinal), what + line);
        await HeadLivesAsync(plain.At, key: null);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task Who_cannot_be_called_back_is_an_outpost_and_who_says_a_wrong_token_is_not_told_where_files_go()
    {
        await using var head = new StubHead(0, null, token: "secret", filesPort: 4711);
        await using var hidden = new Stranger(null, publicPort: StubHead.FreePort());
        await using var open = new Stranger(null);

        var answers = new List<Welcome>();
        foreach (var (who, token) in new[] { (hidden, "secret"), (open, "wrong"), (open, "secret") })
        {
            who.System.ActorSelection($"akka.tcp://{Names.System}@{head.At}{Names.DoorPath}")
                .Tell(new Arrival(token, true), who.Inbox.Receiver);
            answers.Add((Welcome)await who.Inbox.ReceiveAsync(TimeSpan.FromSeconds(30)));
        }

        Assert.Equal([new Welcome(false, 4711), new Welcome(false, 0), new Welcome(true, 4711)], answers);
    }

    private Task HeadLivesAsync() => HeadLivesAsync(_head.At, _keys.Join);

    private static async Task HeadLivesAsync(string at, JoinFile? key)
    {
        await using var node = new GatewayProbe(at, key);
        await node.GreetAsync((await node.ToldAsync<Connected>()).Wire);
    }

    private X509Certificate2 Wrong(string kind)
    {
        var now = _keys.Time.GetUtcNow();
        using var others = new SomeKeys();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var head = new CertificateRequest("CN=vaesweep member", key, HashAlgorithmName.SHA256);
        var authority = KeyFile.Read(HeadKeys.PathOf(_keys.Store), "file").Certificates[0];
        return kind switch
        {
            "foreign" => X509CertificateLoader.LoadPkcs12(
                others.Join.Credentials.Certificate.Export(X509ContentType.Pkcs12), null),
            "forged" => head.Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now.AddDays(-1),
                now.AddDays(1), [1])
                .CopyWithPrivateKey(key),
            "self-signed" => head.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)),
            "expired" => head.Create(authority, now.AddHours(-20), now.AddHours(-10), [1]).CopyWithPrivateKey(key),
            _ => authority,
        };
    }

    private static async Task RefusedAsync(Func<Task<int>> talk)
    {
        try
        {
            Assert.Equal(0, await talk().WaitAsync(TimeSpan.FromSeconds(30)));
        }
        catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException)
        {
            // So it should be.
        }
    }

    private static async Task<long> KeptAsync()
    {
        await Task.Yield();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private sealed class SomeObject
    {
        public string Text { get; set; } = "x";
    }

    private sealed class Intruder : ReceiveActor
    {
        public static int Made;

        public Intruder() => Interlocked.Increment(ref Made);
    }
}
