using System.Globalization;

namespace VaeSweep.Results;

/// <summary>What a reader must know to trust a comparison table: one footnote for each mark and each thing left out.</summary>
internal static class ComparisonNotes
{
    public static List<string> Of(ComparisonTable table, ComparisonText text, OutputFormat format, Terminal terminal)
    {
        var notes = new List<string>();
        if (text.Several)
            notes.Add($"mean ± standard deviation over the seeds (n); 95 % interval of the mean {IntervalName(table.Interval)}");

        if (table.Rows.Any(r => r.Settings > 1))
        {
            var most = table.Rows.Max(r => r.Settings);
            notes.Add($"a seed's value is its mean over all settings of the row (up to {most}); group by more paths to see "
                + "them apart");
        }

        if (table.Rows.Any(r => r.Unbalanced))
            notes.Add("† unbalanced: some seeds lack values of some of the row's settings, so their means are not over the same");

        if (table.Rows.Sum(r => r.EndedEarly) is var early and > 0)
        {
            var (count, all) = (table.Count(TrialState.Succeeded), early == table.Count(TrialState.Succeeded));
            notes.Add($"§ ended early: {(all ? "all" : $"{early} of")} {Numbered.Of(count, "trial")} had fewer epochs than "
                + "their configuration asks; what they scored is counted beside "
                + "whole ones (--columns epochs shows how many they had)");
        }

        if (table.Rows.Any(r => r.Confirms))
        {
            notes.Add($"confirmed: {table.AllRows.Count(r => r.Confirms)} of {table.Searched} points that were searched, "
                + "trained again with seeds that the search had not seen; what the search said of them is too good, being of the "
                + "best of many (--search shows all its points)");
        }
        else if (table.Confirming > 0)
        {
            notes.Add($"{table.Confirming} {(table.Confirming == 1 ? "trial is" : "trials are")} to confirm the best, with "
                + "other seeds, and none has a value yet: until then the best is the best of many, and so too good");
        }

        if (table.Contests.Count > 1)
        {
            notes.Add($"ranks are within each of {string.Join("; ", table.Contests.Select(c => c.Scope))}: their values cannot "
                + "be held against each other");
        }

        if (table.Top is { } top && table.Rows.Count < table.AllRows.Count)
        {
            var all = table.AllRows.DistinctBy(row => string.Join('\u0001', row.By.Select(value => value?.Json))).Count();
            notes.Add($"the best {top} of {all} rows{(table.Contests.Count > 1 ? ", of each of these" : "")}; --top "
                + "shows more; ranks and tests are those of the whole table");
        }

        if (table.AlsoDiffering.Count > 0)
        {
            // Whole paths: what differs between sweeps alone has no short name in either.
            notes.Add($"the sweeps differ also in {string.Join(", ", table.AlsoDiffering)}: --by shows it");
        }

        if (table.Retired > 0)
        {
            notes.Add($"{table.Retired} finished {(table.Retired == 1 ? "trial is" : "trials are")} in no row: the sweep file no "
                + $"longer contains {(table.Retired == 1 ? "it" : "them")} "
                + "(wanted = 0 in the view trials)");
        }

        notes.AddRange(table.Contests.Select(c => Best(c, text, format == OutputFormat.Text && !terminal.Ansi)));
        if (table.Unranked > 0)
        {
            notes.Add($"{table.Unranked} {(table.Unranked == 1 ? "row joins" : "rows join")} data sets or decoders whose values "
                + "cannot be ranked together: "
                + "group by dataset.name, dataset.binarization or model.decoder");
        }

        if (table.Baseline is { } baseline)
        {
            notes.Add(Versus(table, BaselineComparison.Text(baseline)));
            notes.AddRange(Unpaired(table, text, "the baseline"));
            if (table.Rows.Any(r => r.Incomparable))
            {
                notes.Add("not comparable: the row or the baseline is of, or joins, other data sets or decoders, whose values "
                    + "have another zero");
            }
        }

        if (table.IsAgainstBest)
        {
            notes.Add(Versus(table, "the best"));
            notes.AddRange(Unpaired(table, text, "the best"));
        }

        notes.AddRange(table.Unmatched.Select(p =>
            $"published {p.Metric} {p.Value.ToString("g7", CultureInfo.InvariantCulture)} ({p.Source}) belongs to no "
                + $"row: {p.Where}"));
        return notes;
    }

    private static string Best(Contest contest, ComparisonText text, bool marked)
    {
        var scope = contest.Scope.Length == 0 ? "" : $"{contest.Scope}: ";
        var test = contest.Difference.Test switch
        {
            MeanTest.Paired => $"paired t test over {Numbered.Of(contest.Difference.Pairs, "seed")}{Left(contest)}, "
                + ComparisonText.P(contest.P) + Corrected(contest),
            MeanTest.Welch => $"Welch's t test, {ComparisonText.P(contest.P)}{Corrected(contest)}",
            _ => "",
        };
        if (contest.Separated)
        {
            return $"{(marked ? TextRenderer.BestMark : "")}{scope}best: {text.Marked(contest.Best)}, separated from the "
                + $"second ({test})";
        }

        var seeds = contest.Difference.SeedsNeeded is not { } needed ? ""
            : needed > ComparisonText.MostSeeds ? "; not even 1,000 seeds would separate them with 80 % power"
            : $"; {ComparisonText.Seeds(needed)} seeds would separate them with 80 % power";
        var why = contest.Turned ? $"over the seeds that both have it is the worse one; {test}" : test.Length > 0 ? test
            : contest.Best.Values.N < 2 || contest.Second.Values.N < 2
            ? "one seed tells nothing of the spread" : "no spread that the difference could be held against";
        return $"{scope}no row stands out: {text.Marked(contest.Best)} is not separated from {text.Marked(contest.Second)} "
            + $"({why}){seeds}";
    }

    private static string Corrected(Contest contest) => double.IsNaN(contest.AdjustedP) ? "" : " by Holm";

    // Seeds that one of the two alone has.
    private static string Left(Contest contest)
    {
        var sides = new[] { ("the best", contest.Difference.UnpairedFirst), ("the second", contest.Difference.UnpairedSecond) };
        var left = string.Join(" and ", sides.Where(side => side.Item2.Count > 0)
            .Select(side => $"{ComparisonText.SeedList(side.Item2)} of {side.Item1}"));
        return left.Length == 0 ? "" : $" that both have, without {left}";
    }

    private static IEnumerable<string> Unpaired(ComparisonTable table, ComparisonText text, string baseline)
    {
        const int Most = 6;
        var rows = table.Rows.Where(row => row.Versus?.HasUnpaired == true).ToList();
        if (rows.Count == 0)
            return [];

        var told = rows.Take(Most).Select(row => $"{text.Name(row)}: " + string.Join("; ",
            new[] { ("", row.Versus!.UnpairedFirst), ($" of {baseline}", row.Versus.UnpairedSecond) }
                .Where(side => side.Item2.Count > 0).Select(side => ComparisonText.SeedList(side.Item2) + side.Item1)));
        return ["(n=...): the difference is over so many seeds that both rows have, and not that of the two means. Without a "
            + $"partner, and left out of it: {string.Join(" | ", told)}{(rows.Count > Most ? " | ..." : "")}"];
    }

    private static string Versus(ComparisonTable table, string baseline)
    {
        var tested = table.AllRows.Where(r => r.Versus is { Test: not MeanTest.None }).Select(r => r.Versus!).ToList();
        if (table.AllRows.All(r => r.Versus is null))
            return $"difference to {baseline}: no row could be held against it";

        if (tested.Count == 0)
        {
            return $"difference to {baseline}; nothing could be tested: two seeds or more are needed on both sides, with "
                + "some spread";
        }

        var pairs = tested.Where(v => v.Test == MeanTest.Paired).Select(v => v.Pairs).Distinct().Order().ToList();
        var welch = tested.Any(v => v.Test == MeanTest.Welch);
        var tests = (pairs.Count > 0, welch) switch
        {
            (true, false) => $"paired by seed ({string.Join(" or ", pairs)} pairs), t test",
            (true, true) => $"paired by seed where two seeds or more match ({string.Join(" or ", pairs)} pairs), t test; else "
                + "Welch's t test (w)",
            _ => "Welch's t test (w), because seeds do not match",
        };
        return $"difference to {baseline}: {tests}; p corrected by Holm "
            + $"over {tested.Count} {(tested.Count == 1 ? "test" : "tests")}: * p < 0.05, ** p < 0.01, *** p < 0.001; "
            + "seeds needed: on each side, for 80 % power at 5 % before the correction, were this difference and spread the "
            + "true ones";
    }

    private static string IntervalName(IntervalKind kind) => kind switch
    {
        IntervalKind.Bootstrap => $"by bootstrap (BCa, {Bootstrap.Resamples.ToString("N0", CultureInfo.InvariantCulture)} "
            + "resamples)",
        _ => "by Student's t",
    };
}
