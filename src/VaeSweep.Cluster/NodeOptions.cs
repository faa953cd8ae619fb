using Akka.Actor;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster;

/// <summary>What a node works on, with what, and how patiently.</summary>
public sealed record NodeOptions
{
    public required ITrainerLauncher Launcher { get; init; }

    /// <summary>cpu:0, cuda:1, ...: one worker each. See <see cref="DeviceSpec.Parse"/>.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Checkpoints and models go to <c>sweep/trial/attempt-n</c> under it, or under the head's folder where that is seen
    /// here. Of a head that does not see it, it holds what is on its way there.</summary>
    public required string ArtifactsFolder { get; init; }

    /// <summary>Makes sure that what a configuration (JSON) needs is on this machine, its data set above all. Where that fails
    /// this node gives the trial back, and others may have it.</summary>
    public Func<string, CancellationToken, Task>? Prepare { get; init; }

    /// <summary>The path of a data set that somebody added, by its checksum, if it is on this machine; null where nobody
    /// looks.</summary>
    public Func<string, string?>? FindData { get; init; }

    /// <summary>Where data sets go that the head sends; null for a folder that goes with the node.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Work on this sweep alone; null for all.</summary>
    public string? SweepFilter { get; init; }

    /// <summary>Trials trained together in one program on one device; null for 1 on a CPU and <see cref="DefaultGpuPack"/> on a
    /// GPU.</summary>
    public int? PackSize { get; init; }

    /// <summary>Leave when every wanted trial is closed, by whomever, or the sweep of <see cref="SweepFilter"/> is paused; else
    /// stay for what may be submitted. Needs <see cref="Survey"/>.</summary>
    public bool ExitWhenDone { get; init; }

    /// <summary>Asks the head how all sweeps stand; null where nobody wants to know. It may fail while the head is away, and is
    /// asked again.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<SweepStatus>>>? Survey { get; init; }

    /// <summary>The <see cref="ClaimRequest.Stack"/> of a device's trainer, known before it has started; null leaves it to the
    /// trainers to say.</summary>
    public Func<string, string>? StackOf { get; init; }

    /// <summary>The program's, for people.</summary>
    public string Version { get; init; } = "";

    /// <summary>Shows the head that this node may serve; empty where none is asked for.</summary>
    public string Token { get; init; } = "";

    /// <summary>Touched every few seconds as long as the node's actors answer, for probes; null for none.</summary>
    public string? AliveFile { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>How long one trial that was asked to stop may take before its trainer is killed. A graceful stop of the node
    /// takes 10 s more at most.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The next trial is asked for when the present one is expected to end within this time.</summary>
    public TimeSpan PrefetchAhead { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Packs are asked for several at a time where they take less than this together: asking costs a way to the head
    /// and back. At the end of a sweep one device may train for as long while the others have nothing left.</summary>
    public TimeSpan ClaimFor { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Most packs that are asked for at once.</summary>
    public int MostClaimed { get; init; } = 64;

    public static int DefaultGpuPack => 8;

    /// <summary>Called for each event, from the thread that it happens on: must return at once and not throw.</summary>
    public Action<NodeEvent>? OnEvent { get; init; }

    /// <summary>Overrides the name made from host and process; for simulations.</summary>
    internal string? Name { get; init; }

    /// <summary>Seeds the jitter of waiting times; nothing that a trial computes depends on it.</summary>
    internal int Seed { get; init; } = Environment.ProcessId;

    internal ArtifactDisk Disk { get; init; } = new();

    /// <summary>Finds out whether the head sees this machine's files, once it is there; null in its own process.</summary>
    internal Func<string, CancellationToken, Task<NodeFiles>>? Files { get; init; }

    /// <summary>Tells how busy the machine is, given how many devices train here.</summary>
    internal Func<int, string> Load { get; init; } = MachineLoad.Read;

    internal GatewayOptions Gateway { get; init; } = GatewayOptions.Usual;

    /// <summary>Makes the system of the node's actors; simulations step through theirs.</summary>
    internal Func<ActorSystem> System { get; init; } = Systems.Local;

    /// <summary>Where work beside the actors runs.</summary>
    internal TaskScheduler Dispatcher { get; init; } = TaskScheduler.Default;

    internal int PackSizeOf(string device) => PackSize ?? UsualPackOf(device);

    /// <summary>Trials that a device trains together where nobody says otherwise.</summary>
    internal static int UsualPackOf(string device) =>
        device.StartsWith("cuda", StringComparison.Ordinal) ? DefaultGpuPack : 1;

    /// <exception cref="ArgumentException">An option has no sense; the message names it.</exception>
    internal void Validate()
    {
        if (Devices.Count == 0)
            throw new ArgumentException("A node needs at least one device (see DeviceSpec.Parse).");
        if (Devices.GroupBy(device => device, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Device {twice.Key} is named twice; each device has one worker.");
        if (PackSize is < 1)
            throw new ArgumentException($"A pack holds at least 1 trial, not {PackSize}.");
        if (MostClaimed < 1)
            throw new ArgumentException($"At least 1 pack is asked for at once, not {MostClaimed}.");
        if (ExitWhenDone && Survey is null)
            throw new ArgumentException("A node that leaves when all is done must be able to ask how sweeps stand: set Survey.");
    }
}
