using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>`vaesweep note`: what a person wants to remember of a sweep or a trial.</summary>
internal static class NoteCommand
{
    private const int Longest = 10_000;

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
            // One line: it stands in tables.
            var note = parsed.GetValue(text) is { } given
                ? string.Concat(given.Select(c => char.IsControl(c) ? ' ' : c)).Trim() : null;
            if (note?.Length > Longest)
                throw new CliException($"a note has at most {Longest} characters; this one has {note.Length}.");

            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var key = await Keeping.KeyAsync(store, parsed.GetValue(trial), found.Name, cancellationToken);
            await Keeping.Of(store).NoteAsync(found.Name, key, note, cancellationToken);
            var what = key is null ? found.Name : $"trial {parsed.GetValue(trial)} of {found.Name}";
            host.Say(string.IsNullOrWhiteSpace(note) ? $"{what} has no note now." : $"{what}: {note}");
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
