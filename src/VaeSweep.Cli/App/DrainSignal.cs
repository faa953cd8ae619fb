using System.CommandLine;
using System.Runtime.InteropServices;

namespace VaeSweep.Cli;

/// <summary>The signal with which a launcher asks a worker to leave in order: checkpoint, give back, go. Slurm sends one before
/// the time is up, systemd and Kubernetes send SIGTERM.</summary>
internal sealed class DrainSignal : IDisposable
{
    private const int UserSignal1 = 10;
    private const int UserSignal2 = 12;

    private readonly CancellationTokenSource _drain;
    private readonly PosixSignalRegistration? _registration;

    /// <param name="name">SIGTERM, which ends any command in order; another is listened to beside it.</param>
    public DrainSignal(string name, CancellationToken interrupted)
    {
        _drain = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        var signal = Known(name) ?? throw new CliException(
            $"--drain-on {name}: no signal that a worker can wait for. Known: {string.Join(", ", _signals.Keys)}.");
        _registration = PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            WasAsked = true;
            _drain.Cancel();
        });
    }

    private static readonly Dictionary<string, PosixSignal> _signals = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SIGTERM"] = PosixSignal.SIGTERM,
        ["SIGINT"] = PosixSignal.SIGINT,
        ["SIGHUP"] = PosixSignal.SIGHUP,
        ["SIGUSR1"] = (PosixSignal)UserSignal1,
        ["SIGUSR2"] = (PosixSignal)UserSignal2,
    };

    /// <summary>Cancelled by the signal, or by whatever interrupts the command.</summary>
    public CancellationToken Token => _drain.Token;

    /// <summary>It was this signal: leaving was planned, and is a success.</summary>
    public bool WasAsked { get; private set; }

    public static Option<string> Option() => new("--drain-on")
    {
        Description = "signal on which to bring every trial to a checkpoint, give it back and leave with code 0: SIGTERM, "
            + "SIGINT, SIGHUP, SIGUSR1, SIGUSR2",
        HelpName = "signal", DefaultValueFactory = _ => "SIGTERM",
    };

    public void Dispose()
    {
        _registration?.Dispose();
        _drain.Dispose();
    }

    private static PosixSignal? Known(string name) =>
        _signals.TryGetValue(name.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? name : $"SIG{name}", out var signal)
            ? signal : null;
}
