using System.Runtime.InteropServices;

namespace VaeSweep.Cli;

/// <summary>Ctrl-C, SIGTERM and SIGHUP ask everything to end in order. Ctrl-C after that ends the process at once; the others do
/// not: a job's manager and the script that it started may both tell of the same end, and whoever is out of patience has
/// SIGKILL.</summary>
internal sealed partial class Interruption : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private int _askedBefore;

    public Interruption()
    {
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(s => PosixSignalRegistration.Create(s, Handle))];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _asked.Token;

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _asked.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref _askedBefore, 1) == 1 && context.Signal == PosixSignal.SIGINT)
        {
            // Trainers die with this process (PR_SET_PDEATHSIG), and leases run out by themselves: nothing needs a farewell.
            ExitNow(ExitCodes.Interrupted);
        }

        _asked.Cancel();
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int status);
}
