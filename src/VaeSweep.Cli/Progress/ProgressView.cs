using Spectre.Console;
using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>Shows a sweep's progress until it ends: redrawn in place on a terminal, as a line now and then elsewhere.</summary>
internal sealed class ProgressView(CliHost host, IStore store, string sweep)
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(30);
    private readonly RateEstimator _rate = new(host.Time);

    /// <summary>Ends when the sweep has no open trial, when <paramref name="enough"/> says so, or when it is cancelled; never throws for the last.</summary>
    /// <param name="enough">Whether to end although trials are open; asked after every look at the store.</param>
    /// <returns>The last state that was seen; null when none was.</returns>
    public async Task<SweepProgress?> ShowAsync(Func<SweepProgress, bool> enough, CancellationToken cancellationToken)
    {
        try
        {
            return host.ErrorTerminal.Ansi ? await RedrawAsync(enough, cancellationToken) : await PrintAsync(enough, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<SweepProgress?> RedrawAsync(Func<SweepProgress, bool> enough, CancellationToken cancellationToken)
    {
        var console = TerminalConsole.Create(host.Error, host.ErrorTerminal);
        SweepProgress? last = null;
        await console.Live(new Text("")).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            while (await SweepProgress.ReadAsync(store, sweep, cancellationToken) is { } progress)
            {
                last = progress;
                _rate.Observe(progress.Fraction);
                live.UpdateTarget(ProgressText.Live(progress, _rate.Remaining(progress.Fraction), host.ErrorTerminal.Width, Height()));
                if (progress.Ended || enough(progress))
                {
                    break;
                }

                await Task.Delay(RedrawEvery, host.Time, cancellationToken);
            }
        });
        return last;
    }

    private async Task<SweepProgress?> PrintAsync(Func<SweepProgress, bool> enough, CancellationToken cancellationToken)
    {
        SweepProgress? last = null;
        var said = 0L;
        var closed = -1L;
        while (await SweepProgress.ReadAsync(store, sweep, cancellationToken) is { } progress)
        {
            last = progress;
            _rate.Observe(progress.Fraction);
            var now = host.Time.GetTimestamp();
            var nowClosed = progress.Sweep.Total - progress.Sweep.Open;
            // A finished trial is news, but a thousand small ones a minute are noise.
            var due = host.Time.GetElapsedTime(said, now) is var since && (since >= LineEvery || (nowClosed != closed && since >= LineEvery / 6));
            if (closed < 0 || due)
            {
                host.Say(ProgressText.Line(progress, _rate.Remaining(progress.Fraction)));
                (said, closed) = (now, nowClosed);
            }

            if (progress.Ended || enough(progress))
            {
                break;
            }

            await Task.Delay(RedrawEvery, host.Time, cancellationToken);
        }

        return last;
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
