using System.Globalization;

namespace VaeSweep.Deploy.Tests.Network;

/// <summary>Networks of their own for nodes, and a switch between them and this machine: a node's cable can be pulled, pairs can
/// be kept apart, and the way can lose packets. Whatever is sent then vanishes; nobody is told, as no RST or FIN comes
/// through.</summary>
internal sealed class LabNetwork : IAsyncDisposable
{
    private const string Cable = "cable";
    private static readonly Dictionary<string, string?> _environment = [];

    private readonly string _ip = Needs.Program("ip", "iproute2");
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"vs{Environment.ProcessId}");
    private readonly string _subnet = string.Create(CultureInfo.InvariantCulture, $"10.213.{Environment.ProcessId % 256}");
    private readonly int _nodes;
    private int _made;

    private LabNetwork(int nodes) => _nodes = nodes;

    /// <summary>This machine, as seen from the nodes.</summary>
    public string Host => $"{_subnet}.1";

    private string Switch => $"{_name}s";

    /// <summary>Skips where the kernel lets nobody make one, which no package mends: containers often forbid it.</summary>
    public static async Task<LabNetwork> CreateAsync(int nodes, CancellationToken cancellationToken)
    {
        Needs.Root("make a network namespace");
        var network = new LabNetwork(nodes);
        try
        {
            await network.MakeAsync("link", "add", network.Switch, "type", "bridge");
            await network.DoAsync(cancellationToken, "addr", "add", $"{network.Host}/24", "dev", network.Switch);
            await network.DoAsync(cancellationToken, "link", "set", network.Switch, "up");
            for (var node = 0; node < nodes; node++)
                await network.AddAsync(node, cancellationToken);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Goes before a command that is to run at a node.</summary>
    /// <param name="node">From 0, as everywhere here.</param>
    public IReadOnlyList<string> Enter(int node) => [_ip, "netns", "exec", NameOf(node)];

    /// <summary>The node's network card has no carrier any more.</summary>
    public Task PullAsync(int node, CancellationToken cancellationToken) =>
        DoAsync(cancellationToken, "link", "set", PortOf(node), "down");

    public Task PlugAsync(int node, CancellationToken cancellationToken) =>
        DoAsync(cancellationToken, "link", "set", PortOf(node), "up");

    /// <summary>Two nodes cannot reach each other any more.</summary>
    public Task CutPairAsync(int one, int other, CancellationToken cancellationToken) =>
        RuleAsync(one, "-A", AddressOf(other), cancellationToken);

    public Task MendPairAsync(int one, int other, CancellationToken cancellationToken) =>
        RuleAsync(one, "-D", AddressOf(other), cancellationToken);

    /// <summary>Nodes reach each other, and none reaches this machine any more.</summary>
    public async Task CutHostAsync(CancellationToken cancellationToken)
    {
        for (var node = 0; node < _nodes; node++)
            await RuleAsync(node, "-A", Host, cancellationToken);
    }

    public async Task MendHostAsync(CancellationToken cancellationToken)
    {
        for (var node = 0; node < _nodes; node++)
            await RuleAsync(node, "-D", Host, cancellationToken);
    }

    /// <summary>Packets of both ways are late and some are lost, as far as this kernel can: by netem, else lost ones alone, by
    /// the firewall.</summary>
    /// <returns>What was done, in words; null where the kernel has neither.</returns>
    public async Task<string?> WeakenAsync(int node, CancellationToken cancellationToken)
    {
        string[] late = ["root", "netem", "delay", "80ms", "40ms", "loss", "10%"];
        string[] netem = ["-n", NameOf(node), "qdisc", "add", "dev", Cable, .. late];
        if ((await RunAsync(Needs.Program("tc", "iproute2"), netem, cancellationToken)).Code == 0)
            return "netem: 80 ms late, 10 % lost";
        foreach (var (chain, way) in new[] { ("INPUT", "-i"), ("OUTPUT", "-o") })
        {
            string[] lose = [way, Cable, "-m", "statistic", "--mode", "random", "--probability", "0.1", "-j", "DROP"];
            if ((await FirewallAsync(node, ["-A", chain, .. lose], cancellationToken)).Code != 0)
                return null;
        }

        return "iptables: 10 % lost each way";
    }

    public async ValueTask DisposeAsync()
    {
        for (var node = 0; node < _made; node++)
        {
            await RunAsync(_ip, ["link", "del", PortOf(node)], CancellationToken.None);
            await RunAsync(_ip, ["netns", "del", NameOf(node)], CancellationToken.None);
        }

        await RunAsync(_ip, ["link", "del", Switch], CancellationToken.None);
    }

    private static Task<Said> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        Said.RunAsync("/", _environment, program, arguments, cancellationToken);

    private string NameOf(int node) => string.Create(CultureInfo.InvariantCulture, $"{_name}n{node}");

    private string PortOf(int node) => string.Create(CultureInfo.InvariantCulture, $"{_name}p{node}");

    private string AddressOf(int node) => string.Create(CultureInfo.InvariantCulture, $"{_subnet}.{node + 2}");

    private async Task AddAsync(int node, CancellationToken cancellationToken)
    {
        var (name, port) = (NameOf(node), PortOf(node));
        await MakeAsync("netns", "add", name);
        _made++;
        await MakeAsync("link", "add", port, "type", "veth", "peer", "name", Cable, "netns", name);
        await DoAsync(cancellationToken, "link", "set", port, "master", Switch);
        await DoAsync(cancellationToken, "-n", name, "addr", "add", $"{AddressOf(node)}/24", "dev", Cable);
        await DoAsync(cancellationToken, "-n", name, "link", "set", "lo", "up");
        await DoAsync(cancellationToken, "-n", name, "link", "set", Cable, "up");
        await PlugAsync(node, cancellationToken);
    }

    private async Task RuleAsync(int node, string change, string peer, CancellationToken cancellationToken)
    {
        foreach (var (chain, way) in new[] { ("INPUT", "-s"), ("OUTPUT", "-d") })
        {
            string[] rule = [change, chain, way, peer, "-j", "DROP"];
            (await FirewallAsync(node, rule, cancellationToken)).Succeeded($"iptables {string.Join(' ', rule)}");
        }
    }

    private Task<Said> FirewallAsync(int node, IReadOnlyList<string> rule, CancellationToken cancellationToken) =>
        RunAsync(_ip, ["netns", "exec", NameOf(node), Needs.Program("iptables", "iptables"), "-w", .. rule], cancellationToken);

    private async Task MakeAsync(params string[] arguments)
    {
        var said = await RunAsync(_ip, arguments, CancellationToken.None);
        Assert.SkipUnless(
            said.Code == 0,
            $"this machine refuses networks of one's own: ip {string.Join(' ', arguments)} said: {said.Errors.Trim()}");
    }

    private async Task DoAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await RunAsync(_ip, arguments, cancellationToken)).Succeeded($"ip {string.Join(' ', arguments)}");
}
