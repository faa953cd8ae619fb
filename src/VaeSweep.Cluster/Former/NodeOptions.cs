using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Former;

/// <summary>What a node works on, with what, and how patiently.</summary>
public sealed record NodeOptions
{
    public required IStore Store { get; init; }

    public required ITrainerLauncher Launcher { get; init; }

    /// <summary>cpu:0, cuda:1, ...: one worker each. See <see cref="DeviceSpec.Parse"/>.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Checkpoints and models go to <c>sweep/trial/attempt-n</c> under it. Nodes of one sweep on several machines must share it, or a trial
    /// that moves starts anew.</summary>
    public required string ArtifactsFolder { get; init; }

    /// <summary>Keep checkpoints and models in the store; <see cref="ArtifactsFolder"/> is then only where this node's scratch folder is made.</summary>
    public bool FilesInStore { get; init; }

    /// <summary>Makes sure that what a configuration (JSON) needs is on this machine, its data set above all. Where that fails this node gives the trial
    /// back, and others may have it.</summary>
    public Func<string, CancellationToken, Task>? Prepare { get; init; }

    /// <summary>Work on this sweep alone; null for all.</summary>
    public string? SweepFilter { get; init; }

    /// <summary>Trials trained together in one program on one device; null for 1 on a CPU and <see cref="DefaultGpuPack"/> on a GPU.</summary>
    public int? PackSize { get; init; }

    /// <summary>Leave when every wanted trial is closed, by whomever, or the sweep of <see cref="SweepFilter"/> is paused; else stay for what may be
    /// submitted.</summary>
    public bool ExitWhenDone { get; init; }

    /// <summary>The <see cref="ClaimRequest.Stack"/> of a device's trainer, known before it has started; null leaves it to the trainers to say.</summary>
    public Func<string, string>? StackOf { get; init; }

    /// <summary>Written to the node's heartbeat.</summary>
    public string Version { get; init; } = "";

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>How long the store keeps a trial for a worker that is not heard of.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A renewal also brings the owner's pause and stop: this is how soon they are noticed.</summary>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>An idle worker looks for work after this or up to twice this time, at random.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Reports wait this long for others to be written together with.</summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a graceful stop, or one trial that was asked to stop, may take before its trainer is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The next trial is claimed when the present one is expected to end within this time.</summary>
    public TimeSpan PrefetchAhead { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Seeds the jitter of waiting times; nothing that a trial computes depends on it.</summary>
    public int Seed { get; init; } = Environment.ProcessId;

    /// <summary>Trials are claimed several at a time where they take less than this together: asking costs a way to the store and back. At the end of a sweep one device may
    /// train for as long while the others have nothing left.</summary>
    public TimeSpan ClaimFor { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Most trials or packs in one claim.</summary>
    public int MostClaimed { get; init; } = 64;

    public static int DefaultGpuPack => 8;

    /// <summary>Called for each event, from the thread that it happens on: must return at once and not throw.</summary>
    public Action<NodeEvent>? OnEvent { get; init; }

    /// <summary>Overrides the name made from host and process; for simulations.</summary>
    internal string? Name { get; init; }

    internal ArtifactDisk Disk { get; init; } = new();

    /// <summary>Tells how busy the machine is, given how many trials train here.</summary>
    internal Func<int, string> Load { get; init; } = MachineLoad.Read;

    /// <summary>Where actors run; simulations step through it.</summary>
    internal TaskScheduler Dispatcher { get; init; } = TaskScheduler.Default;

    /// <summary>A lease is trusted for this much less than the store was asked for, for the way there and back.</summary>
    internal TimeSpan TrustedFor => Lease - TimeSpan.FromTicks(Math.Min(TimeSpan.FromSeconds(5).Ticks, Lease.Ticks / 4));

    internal int PackSizeOf(string device) =>
        PackSize ?? (device.StartsWith("cuda", StringComparison.Ordinal) ? DefaultGpuPack : 1);

    /// <exception cref="ArgumentException">An option has no sense; the message names it.</exception>
    internal void Validate()
    {
        if (Devices.Count == 0)
        {
            throw new ArgumentException("a node needs at least one device (see DeviceSpec.Parse)");
        }

        if (Devices.GroupBy(d => d, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"device {twice.Key} is named twice; each device has one worker");
        }

        if (PackSize is < 1)
        {
            throw new ArgumentException($"a pack holds at least 1 trial, not {PackSize}");
        }

        if (FilesInStore && !Store.KeepsFiles)
        {
            throw new ArgumentException($"{Store.Location} keeps no files; name a folder for checkpoints and models instead");
        }

        if (Lease < 3 * RenewEvery || RenewEvery <= TimeSpan.Zero)
        {
            throw new ArgumentException($"a lease of {Lease} must last at least three renewals of {RenewEvery}");
        }
    }
}
