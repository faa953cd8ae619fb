using System.CommandLine;

namespace VaeSweep.Cli.Tests;

/// <summary>Makes command lines that nobody should type: every verb, every option, values that are zero, negative, huge, empty or
/// of another type.</summary>
internal sealed class Nonsense
{
    /// <summary>Not asked here: they start processes, wait for ever or fetch from the network, and have tests of their
    /// own.</summary>
    private static readonly HashSet<string> _leftOut = ["trainer", "bench chaos", "store start", "store stop", "launch", "init"];

    private static readonly Option<string?> _store = new(CommonOptions.Store);

    private readonly Func<string, string> _file;
    private readonly Dictionary<string, string> _meant;

    /// <param name="file">Gives a path in a folder that goes with the test.</param>
    /// <param name="meant">What a person would type for an argument or a required option, by its name.</param>
    public Nonsense(Func<string, string> file, Dictionary<string, string> meant)
    {
        (_file, _meant) = (file, meant);
        string[] places = ["missing.db", "damaged.db", "cut.db", "empty.db", "folder.db", "text.yaml", "broken.yaml"];
        Places = Array.ConvertAll(places, name => file(name));
        Verbs = [.. Leaves([], CommandLine.Build(new CliHost { Out = TextWriter.Null, Error = TextWriter.Null }))];
    }

    public IReadOnlyList<Verb> Verbs { get; }

    /// <summary>Makes damaged and empty stores, from one that is whole, and files of other kinds.</summary>
    public void Prepare(string store)
    {
        var bytes = File.ReadAllBytes(store);
        File.WriteAllBytes(_file("cut.db"), bytes[..(bytes.Length / 2)]);
        for (var i = 4096; i < bytes.Length; i += 97)
            bytes[i] ^= 0x5a;

        File.WriteAllBytes(_file("damaged.db"), bytes);
        File.WriteAllText(_file("empty.db"), "");
        Directory.CreateDirectory(_file("folder.db"));
        File.WriteAllText(_file("text.yaml"), new string('x', 10_000));
        File.WriteAllText(_file("broken.yaml"), "name: [1, {\n");
    }

    private static string[] Values { get; } =
    [
        "", " ", "0", "-1", "1", "2147483647", "-2147483648", "100000000", "99999999999999999999", "-99999999999999999999",
            "0.5", "1e308", "1e999", "NaN", "-Infinity",
        "abc", "=", "a=b", "objective.k=", "=5", ",", ",,,", "[", "]", "{", "[[[[", "*", "--", "@nothing", "é\u0001\u0007\nnext",
            "'", "\"", "%s%n", "$HOME", "null",
        "true", "seed", "train", "model.latent", "test_nll", new string('x', 5000), new string('9', 400), "/dev/full",
            "/proc/none/none", "../../..", "a/b/c", "\\", "postgres://",
        "model.latent=[1,", "objective.k=99999999999", "all", "none", "text", "curves", "best", "sprites",
        "日本語", "🙂=Ω", "١٢", "\u202egnp", "\ud800", "0x10", "1_000", "1e-400", "-", "-h", "--help", "...", "~/none.yaml",
        "small,small", "objective.k=1,objective.k=2", "seed=0", "sweep", "x.pdf", "1.2.3.4:5", "nan", "\t", "%00",
    ];

    /// <summary>Stores and files that are not what a command asks for; those of <see cref="Prepare"/>.</summary>
    private string[] Places { get; }

    /// <summary>Every option and every argument of every verb with every value.</summary>
    public IEnumerable<string[]> One()
    {
        foreach (var verb in Verbs)
        {
            foreach (var option in verb.Options)
            {
                foreach (var value in Values)
                    yield return [.. Whole(verb, option), option.Name, Safe(option.Name, value)];
            }

            for (var place = 0; place < verb.Arguments.Count; place++)
            {
                foreach (var value in Values)
                    yield return [.. Whole(verb, null, place, value)];
            }
        }
    }

    /// <summary>A command line that a person would type.</summary>
    public string[] Meant(Verb verb) => [.. Whole(verb, null)];

    /// <summary>A command line of several such options.</summary>
    public string[] Some(Random random)
    {
        var verb = Verbs[random.Next(Verbs.Count)];
        var value = random.Next(5) switch
        {
            0 => Places[random.Next(Places.Length)],
            // What belongs somewhere else.
            1 => _meant.Values.ElementAt(random.Next(_meant.Count)),
            _ => Values[random.Next(Values.Length)],
        };
        var line = new List<string>(Whole(verb, null, random.Next(4) == 0 ? random.Next(verb.Arguments.Count + 1) : -1, value));
        if (random.Next(8) == 0)
            line.AddRange([CommonOptions.Store, Places[random.Next(Places.Length)]]);

        // Not in the place of a file's name: it would be written into the working folder.
        var at = random.Next(line.Count + 1);
        if (random.Next(20) == 0 && (at == 0 || !line[at - 1].StartsWith('-')))
            line.Insert(at, Values[random.Next(Values.Length)]);

        for (var i = random.Next(4); i > 0; i--)
        {
            var option = verb.Options[random.Next(verb.Options.Count)];
            line.Add(random.Next(30) == 0 ? option.Name + "x" : option.Name);
            if (random.Next(20) > 0)
                line.Add(Safe(option.Name, Values[random.Next(Values.Length)]));
        }

        return [.. line];
    }

    // A line that is right but for what is put in: without its output the command would write into the working folder.
    private List<string> Whole(Verb verb, Option? without, int replaced = -1, string value = "")
    {
        var line = new List<string>(verb.Path);
        for (var i = 0; i < verb.Arguments.Count; i++)
        {
            if (i == replaced)
            {
                line.Add(value);
            }
            else if (_meant.TryGetValue($"{verb.Path[0]} {verb.Arguments[i].Name}", out var meant)
                || _meant.TryGetValue(verb.Arguments[i].Name, out meant))
            {
                line.Add(meant);
            }
        }

        // Nothing is deleted that the next line needs.
        if (verb.Path is ["delete"])
            line.Add("--dry-run");
        foreach (var option in verb.Options.Where(o =>
            o != without && (o.Required || o.Name is "--output" or "--until-done" or "--artifacts")))
        {
            line.AddRange(option.Name is "--until-done" ? [option.Name]
                : [option.Name, _meant.GetValueOrDefault(option.Name, _file("out.png"))]);
        }

        return line;
    }

    // What names a file must not name one in the working folder.
    private string Safe(string option, string value) =>
        option is "--output" or "--artifacts" or "--folder" or "--store" or "--codes" or "--data"
            && value.Trim().Length is > 0 and < 1000 && !value.StartsWith('/')
            ? _file(value.Replace('/', '_'))
            : value;

    private static IEnumerable<Verb> Leaves(string[] path, Command command)
    {
        if (command.Subcommands.Count == 0)
        {
            return [new Verb(path, [.. command.Arguments],
                [.. command.Options.Where(o => o is not System.CommandLine.Help.HelpOption), _store])];
        }

        return command.Subcommands.Select(c => (Path: (string[])[.. path, c.Name], Command: c))
            .Where(c => !_leftOut.Contains(string.Join(' ', c.Path)))
            .SelectMany(c => Leaves(c.Path, c.Command));
    }

    /// <summary>A command that does something.</summary>
    public sealed record Verb(string[] Path, IReadOnlyList<Argument> Arguments, IReadOnlyList<Option> Options);
}
