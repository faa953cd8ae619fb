using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>`vaesweep note`: what a person wants to remember of a sweep or a trial.</summary>
internal static class NoteCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var text = new Argument<string?>("TEXT") { Description = "the note, in place of the last one; none: take it away",
            Arity = ArgumentArity.ZeroOrOne };
        var trial = Keeping.OneTrial();
        var command = new Command("note", "Write a note to a sweep (or a trial); list, show and why repeat it.")
        {
            sweep, text, trial,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // Too long a one is told before a store is opened.
            Steering.NoteOf(parsed.GetValue(text));
            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var one = await Keeping.TrialAsync(store, parsed.GetValue(trial), found.Name, cancellationToken);
            host.Say(await Steering.NoteAsync(store, found, one, parsed.GetValue(text), cancellationToken));
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
