using System.Runtime.InteropServices;

namespace VaeSweep.Deploy.Tests.Network;

/// <summary>A worker on a machine of its own, as far as its head can tell: its network and its process numbers are no other's. It
/// sees the files of this one.</summary>
internal sealed partial class LabNode : IAsyncDisposable
{
    private const int KillSignal = 9;
    private const int TerminateSignal = 15;
    private const int ContinueSignal = 18;
    private const int StopSignal = 19;

    private readonly Daemon _daemon;
    private readonly int _group;

    private LabNode(Daemon daemon, int group) => (_daemon, _group) = (daemon, group);

    public string Log => _daemon.Log;

    /// <param name="place">Of the network.</param>
    public static async Task<LabNode> StartAsync(
        Lab lab, LabNetwork network, int place, int devices, CancellationToken cancellationToken)
    {
        // Its first process there takes all others with it.
        string[] numbers = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
        IReadOnlyList<string> machine = ["setsid", .. network.Enter(place), .. numbers];
        var daemon = lab.Start(
            $"node-{Guid.NewGuid():N}.log", machine,
            "worker", "--join", lab.Address, "--key", lab.KeyFile!, "--devices", $"cpu:{devices}", "--verbose");
        await Until.HoldsAsync(() => ProcessList.ChildrenOf(daemon.Pid).Count > 0, () => daemon.Log, cancellationToken);
        return new LabNode(daemon, daemon.Pid);
    }

    /// <summary>kill -9 of the worker, which is the end of its trainers too.</summary>
    public void Kill() => Assert.Equal(0, Signal(Worker(), KillSignal));

    /// <summary>With all that it has started, as when a machine is suspended.</summary>
    public void Freeze() => Assert.Equal(0, Signal(-_group, StopSignal));

    public void Thaw() => Assert.Equal(0, Signal(-_group, ContinueSignal));

    /// <summary>Asks it to leave in order, which is to succeed.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        Assert.Equal(0, Signal(Worker(), TerminateSignal));
        Assert.Equal(0, await _daemon.EndAsync(cancellationToken));
    }

    public ValueTask DisposeAsync()
    {
        _ = Signal(-_group, KillSignal);
        return _daemon.DisposeAsync();
    }

    private int Worker() => Assert.Single(ProcessList.ChildrenOf(_group));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
