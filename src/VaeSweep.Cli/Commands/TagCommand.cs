using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>`vaesweep tag`: words on a sweep or a trial, by which it is found again.</summary>
internal static class TagCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var tags = new Argument<string[]>("+TAG -TAG") { Description = "+a or a adds the tag a, -a takes it away; none: which "
            + "there are", Arity = ArgumentArity.ZeroOrMore };
        var trial = Keeping.OneTrial();
        // What is taken away begins as an option does.
        var command = new Command("tag", "Tag a sweep (or a trial) with words, or take them away: tag SWEEP +paper -draft. "
            + "`list --tag paper` finds it again.")
        {
            sweep, tags, trial,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var words = (parsed.GetValue(tags) ?? []).Concat(parsed.UnmatchedTokens).ToList();
            string[] add = [.. words.Where(word => !word.StartsWith('-')).Select(word => word.TrimStart('+'))];
            string[] remove = [.. words.Where(word => word.StartsWith('-')).Select(word => word[1..])];
            if (remove.FirstOrDefault(word => word.StartsWith('-')) is { } option)
                throw new CliException($"'-{option}' is no option of tag; -TAG takes a tag away: `vaesweep tag --help`.");

            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var one = await Keeping.TrialAsync(store, parsed.GetValue(trial), found.Name, cancellationToken);
            host.Say(await Steering.TagAsync(store, found, one, add, remove, cancellationToken));
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
