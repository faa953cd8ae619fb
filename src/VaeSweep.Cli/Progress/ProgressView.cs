using System.Collections.Concurrent;
using Spectre.Console;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>Shows a sweep's progress until it ends: redrawn in place on a terminal, as a line now and then elsewhere.</summary>
internal sealed class ProgressView(CliHost host, IStore store, string sweep)
{
    private static readonly TimeSpan _redrawEvery = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _lineEvery = TimeSpan.FromSeconds(30);

    /// <summary>A finished trial is news, but a thousand small ones a minute are noise.</summary>
    private static readonly TimeSpan _newsEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly RateEstimator _rate = new(host.Time);

    private SweepSnapshot? _seen;

    /// <summary>Trials that were open when the sweep was last looked at; null before that.</summary>
    public long? Waiting { get; private set; }

    /// <summary>Devices of this process wait: how long the rest takes is not known.</summary>
    public bool Resting { get; set; }

    /// <summary>Writes a line above the bars, from any thread.</summary>
    public void Say(string line) => _lines.Enqueue(line);

    /// <summary>Ends when the sweep has no open trial or when it is cancelled; never throws for the latter.</summary>
    /// <returns>The last state that was seen; null when the sweep is gone or nothing was seen.</returns>
    public async Task<SweepSnapshot?> ShowAsync(CancellationToken cancellationToken)
    {
        var last = host.ErrorTerminal.Ansi ? await RedrawAsync(cancellationToken) : await PrintAsync(cancellationToken);
        Drain(host.Say);
        return last;
    }

    private async Task<SweepSnapshot?> RedrawAsync(CancellationToken cancellationToken)
    {
        var console = TerminalConsole.Create(host.Error, host.ErrorTerminal);
        SweepSnapshot? last = null;
        await console.Live(new Rows(new Text(" "), new Text(" "))).AutoClear(true).Overflow(VerticalOverflow.Crop)
            .StartAsync(async live =>
        {
            while (await LookAsync(cancellationToken) is { } seen)
            {
                last = seen;
                Drain(console.WriteLine);
                live.UpdateTarget(
                    ProgressText.Live(seen, Resting ? null : _rate.Remaining(seen.Fraction), host.ErrorTerminal.Width, Height()));
                if (seen.Ended || !await WaitAsync(cancellationToken))
                    break;
            }
        });
        return last;
    }

    private async Task<SweepSnapshot?> PrintAsync(CancellationToken cancellationToken)
    {
        SweepSnapshot? last = null;
        var said = 0L;
        var closed = -1L;
        while (await LookAsync(cancellationToken) is { } seen)
        {
            Drain(host.Say);
            var now = host.Time.GetTimestamp();
            var since = host.Time.GetElapsedTime(said, now);
            var nowClosed = seen.Sweep.Total - seen.Sweep.Open;
            if (last is null || since >= _lineEvery || (nowClosed != closed && since >= _newsEvery))
            {
                host.Say(ProgressText.Line(seen, Resting ? null : _rate.Remaining(seen.Fraction)) + (Resting ? ", waiting" : ""));
                (said, closed) = (now, nowClosed);
            }

            last = seen;
            if (seen.Ended || !await WaitAsync(cancellationToken))
                break;
        }

        return last;
    }

    private async Task<SweepSnapshot?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var seen = await SweepSnapshot.ReadAsync(store, sweep, cancellationToken);
            if (seen is not null)
            {
                Waiting = seen.Sweep.Open;
                _rate.Observe(seen.Fraction);
            }

            return _seen = seen;
        }
        catch (StoreUnreachableException) when (_seen is not null)
        {
            // The node tells of it, and trains on.
            return _seen;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(_redrawEvery, host.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }

    private void Drain(Action<string> say)
    {
        while (_lines.TryDequeue(out var line))
            say(line);
    }

    private static int Height()
    {
        try
        {
            return Math.Max(8, Console.WindowHeight);
        }
        catch (IOException)
        {
            return 24;
        }
    }
}
