using System.Globalization;
using System.Text;
using Spectre.Console;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Words and bars of a sweep's progress.</summary>
internal static class ProgressText
{
    private const int LongestBar = 32;

    /// <summary>One plain line, for logs and pipes.</summary>
    public static string Line(SweepSnapshot progress, TimeSpan? left)
    {
        var sweep = progress.Sweep;
        var text = new StringBuilder(
            CultureInvariant($"{sweep.Name}: {sweep.Count(TrialState.Succeeded)} of {Wording.Count(sweep.Total, "trial")} done"));
        Append(text, sweep.Count(TrialState.Running), "running");
        Append(text, sweep.Count(TrialState.Failed), "failed");
        text.Append(CultureInvariant(
            $", {sweep.EpochsDone:N0} of {Wording.Count(sweep.EpochsTotal, "epoch")} ({progress.Fraction:P0})"));
        if (left is { } time && !progress.Ended)
            text.Append(", ").Append(Wording.About(time)).Append(" left");

        return text.ToString();
    }

    /// <summary>The sweep's bar and one line for each running trial, cut to the width.</summary>
    public static Rows Live(SweepSnapshot progress, TimeSpan? left, int width, int height)
    {
        var sweep = progress.Sweep;
        var states = new StringBuilder(CultureInvariant($"{sweep.Count(TrialState.Succeeded):N0}/{sweep.Total:N0} trials"));
        Append(states, sweep.Count(TrialState.Failed), "failed");
        var time = left is { } known ? $"{Wording.Duration(known)} left" : "";
        var lines = new List<Markup> { Bar(
            sweep.Name, progress.Fraction, $"{progress.Fraction,4:P0}  {states}  {time}", "green", width) };
        var shown = Math.Max(1, height - 3);
        foreach (var trial in progress.Running.Take(shown))
        {
            var bound = double.IsNaN(trial.Bound) ? "" : CultureInvariant($"  bound {trial.Bound:F2}");
            var fraction = trial.Epochs == 0 ? 0 : (double)trial.Epoch / trial.Epochs;
            lines.Add(
                Bar($"  {trial.Device} {trial.Trial[..Math.Min(8, trial.Trial.Length)]}", fraction,
                    $"epoch {trial.Epoch}/{trial.Epochs}{bound}", "yellow", width));
        }

        var hidden = sweep.Count(TrialState.Running) - Math.Min(shown, progress.Running.Count);
        if (hidden > 0)
            lines.Add(new Markup(Markup.Escape(CultureInvariant($"  and {hidden:N0} more running"))));

        // Never one line alone: the cursor is moved up by one less than the lines, and many terminals take a zero for a one.
        if (lines.Count == 1)
            lines.Add(new Markup("  [dim]waiting for a device[/]"));

        return new Rows(lines);
    }

    private static Markup Bar(string name, double fraction, string rest, string color, int width)
    {
        const int NameWidth = 22;
        name = name.Length > NameWidth ? name[..(NameWidth - 1)] + "…" : name.PadRight(NameWidth);
        var room = Math.Min(LongestBar, width - NameWidth - rest.Length - 3);
        if (room < 6)
        {
            var line = $"{name} {rest}";
            return new Markup(Markup.Escape(line.Length < width ? line : line[..Math.Max(0, width - 1)]));
        }

        var done = (int)Math.Round(fraction * room);
        return new Markup($"{Markup.Escape(name)} "
            + $"[{color}]{new string('━', done)}[/][dim]{new string('━', room - done)}[/] {Markup.Escape(rest)}");
    }

    private static void Append(StringBuilder text, long count, string what)
    {
        if (count > 0)
            text.Append(", ").Append(count.ToString("N0", CultureInfo.InvariantCulture)).Append(' ').Append(what);
    }

    private static string CultureInvariant(FormattableString text) => FormattableString.Invariant(text);
}
