using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Tests.Security;

public sealed class RefusalsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ListLogger _log = new();

    [Fact]
    public void A_peer_is_named_once_a_minute_whatever_port_it_comes_from()
    {
        var refusals = new Refusals(_log, _clock);
        for (var port = 1; port <= 100; port++)
            Assert.False(refusals.Admits($"[::ffff:10.0.0.7]:{port}", "it is a stranger"));
        Assert.True(refusals.Admits("10.0.0.8:1", null));
        Assert.Equal(["A connection with 10.0.0.7 is refused: it is a stranger"], _log.Lines);

        _clock.Advance(TimeSpan.FromMinutes(1));
        refusals.Admits("10.0.0.7:5", "it is a stranger");

        Assert.Equal(2, _log.Lines.Count);
        Assert.Equal(101, refusals.Count);
    }

    [Fact]
    public void A_flood_of_hosts_fills_neither_the_log_nor_the_memory()
    {
        var refusals = new Refusals(_log, _clock);
        for (var host = 0; host < 20_000; host++)
            refusals.Admits($"10.{host >> 16}.{(host >> 8) & 255}.{host & 255}:9", "it is a stranger");

        Assert.Equal(256, _log.Lines.Count);
    }

    [Theory]
    [InlineData("akka.ssl.tcp://vaesweep@gpu-1:7000", "gpu-1")]
    [InlineData("akka.ssl.tcp://vaesweep@10.0.0.1:7000", "10.0.0.1")]
    [InlineData("[2001:db8::1]:80", "2001:db8::1")]
    [InlineData("unknown", "unknown")]
    public void A_host_is_found_in_every_form_of_address(string peer, string host) => Assert.Equal(host, Refusals.HostOf(peer));
}
