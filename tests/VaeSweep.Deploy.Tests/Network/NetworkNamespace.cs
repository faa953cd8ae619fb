using System.Globalization;

namespace VaeSweep.Deploy.Tests.Network;

/// <summary>A network of its own for one node, and a switch between it and this machine: the node's cable can be pulled, and the way
/// can lose packets. Whatever is sent then vanishes; nobody is told, as no RST or FIN comes through.</summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> _environment = [];

    private readonly string _ip = Needs.Program("ip", "iproute2");
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"vs{Environment.ProcessId}");
    private readonly string _subnet = string.Create(CultureInfo.InvariantCulture, $"10.213.{Environment.ProcessId % 256}");
    private bool _made;

    private NetworkNamespace()
    {
    }

    /// <summary>This machine, as seen from there.</summary>
    public string Host => $"{_subnet}.1";

    /// <summary>Goes before a command that is to run there.</summary>
    public IReadOnlyList<string> Enter => [_ip, "netns", "exec", _name];

    private string Switch => $"{_name}s";

    private string Port => $"{_name}p";

    /// <summary>Skips where the kernel lets nobody make one, which no package mends: containers often forbid it.</summary>
    public static async Task<NetworkNamespace> CreateAsync(CancellationToken cancellationToken)
    {
        Needs.Root("make a network namespace");
        var space = new NetworkNamespace();
        try
        {
            await space.MakeAsync("netns", "add", space._name);
            space._made = true;
            await space.MakeAsync("link", "add", space.Switch, "type", "bridge");
            await space.MakeAsync("link", "add", space.Port, "type", "veth", "peer", "name", "cable", "netns", space._name);
            await space.DoAsync(cancellationToken, "addr", "add", $"{space.Host}/24", "dev", space.Switch);
            await space.DoAsync(cancellationToken, "link", "set", space.Switch, "up");
            await space.DoAsync(cancellationToken, "link", "set", space.Port, "master", space.Switch);
            await space.DoAsync(cancellationToken, "-n", space._name, "addr", "add", $"{space._subnet}.2/24", "dev", "cable");
            await space.DoAsync(cancellationToken, "-n", space._name, "link", "set", "lo", "up");
            await space.DoAsync(cancellationToken, "-n", space._name, "link", "set", "cable", "up");
            await space.PlugAsync(cancellationToken);
            return space;
        }
        catch
        {
            await space.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node's network card has no carrier any more.</summary>
    public Task PullAsync(CancellationToken cancellationToken) => DoAsync(cancellationToken, "link", "set", Port, "down");

    public Task PlugAsync(CancellationToken cancellationToken) => DoAsync(cancellationToken, "link", "set", Port, "up");

    /// <summary>Packets of both ways are late and some are lost, as far as this kernel can: by netem, else lost ones alone, by the firewall.</summary>
    /// <returns>What was done, in words; null where the kernel has neither.</returns>
    public async Task<string?> WeakenAsync(CancellationToken cancellationToken)
    {
        if ((await RunAsync(Needs.Program("tc", "iproute2"), ["-n", _name, "qdisc", "add", "dev", "cable", "root", "netem", "delay", "80ms", "40ms", "loss", "10%"], cancellationToken)).Code == 0)
        {
            return "netem: 80 ms late, 10 % lost";
        }

        var iptables = Needs.Program("iptables", "iptables");
        foreach (var (chain, way) in new[] { ("INPUT", "-i"), ("OUTPUT", "-o") })
        {
            string[] lose = ["netns", "exec", _name, iptables, "-A", chain, way, "cable", "-m", "statistic", "--mode", "random", "--probability", "0.1", "-j", "DROP"];
            if ((await RunAsync(_ip, lose, cancellationToken)).Code != 0)
            {
                return null;
            }
        }

        return "iptables: 10 % lost each way";
    }

    public async ValueTask DisposeAsync()
    {
        if (_made)
        {
            await RunAsync(_ip, ["link", "del", Switch], CancellationToken.None);
            await RunAsync(_ip, ["link", "del", Port], CancellationToken.None);
            await RunAsync(_ip, ["netns", "del", _name], CancellationToken.None);
        }
    }

    private static Task<Said> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) => Said.RunAsync("/", _environment, program, arguments, cancellationToken);

    private async Task MakeAsync(params string[] arguments)
    {
        var said = await RunAsync(_ip, arguments, CancellationToken.None);
        Assert.SkipUnless(said.Code == 0, $"this machine refuses networks of one's own: ip {string.Join(' ', arguments)} said: {said.Errors.Trim()}");
    }

    private async Task DoAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await RunAsync(_ip, arguments, cancellationToken)).Succeeded($"ip {string.Join(' ', arguments)}");
}
