using System.CommandLine;
using System.Text;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep init`: a first sweep file, by example or by a few questions.</summary>
internal static class InitCommand
{
    private const string Usual = "sweep.yaml";

    public static void Add(Command root, CliHost host)
    {
        var file = new Argument<string?>("FILE") { Description = $"where to write it; default {Usual}",
            Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("init", "Write a first sweep file: by a few questions on a terminal, else by example. Never "
            + "writes over a file.") { file };
        command.SetAction((parsed, _) =>
        {
            var path = parsed.GetValue(file) ?? Usual;
            if (File.Exists(path) || Directory.Exists(path))
                throw new CliException($"{path} is there already, and stays as it is: name another file.");

            var name = Path.GetFileNameWithoutExtension(path);
            var answers = host.In is { } input ? Ask(host, input, name) : new Answers { Name = Named(name) };
            var text = Text(answers);
            // A file that cannot be read is no help to anybody.
            SweepFile.Parse(text, path);
            using (var made = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
                made.Write(Encoding.UTF8.GetBytes(text));
            host.Say($"wrote {path}. `vaesweep plan {Hints.Quote(path)}` says what it would train, "
                + $"`vaesweep run {Hints.Quote(path)}` trains it.");
            return Task.FromResult(ExitCodes.Done);
        });
        root.Add(command);
    }

    private sealed record Answers
    {
        public required string Name { get; init; }
        public string Dataset { get; init; } = "mnist";
        public string Latent { get; init; } = "[2, 10, 20]";
        public string K { get; init; } = "[1, 5]";
        public string Epochs { get; init; } = "20";
        public string Seeds { get; init; } = "2";
    }

    private static string Named(string text) => SweepFile.WhyNoName(text) is null ? text : "my-sweep";

    private static Answers Ask(CliHost host, TextReader input, string name)
    {
        var answers = new Answers { Name = Named(name) };
        host.Say("A few questions; Enter takes what stands in brackets.");
        answers = answers with { Name = One("name of the sweep", answers.Name, text => answers with { Name = text }) };
        answers = answers with { Dataset = One($"data set: {string.Join(", ", DatasetList.All.Select(facts => facts.Name))}",
            answers.Dataset, text => answers with { Dataset = text }) };
        answers = answers with { Latent = One("latent sizes to compare", answers.Latent,
            text => answers with { Latent = text }) };
        answers = answers with { K = One("samples k of the bound to compare", answers.K, text => answers with { K = text }) };
        answers = answers with { Epochs = One("epochs", answers.Epochs, text => answers with { Epochs = text }) };
        return answers with { Seeds = One("seeds of each combination", answers.Seeds, text => answers with { Seeds = text }) };

        // Asked until it can be used.
        string One(string question, string usual, Func<string, Answers> with)
        {
            while (true)
            {
                host.Error.Write($"{question} [{usual}]: ");
                host.Error.Flush();
                if (input.ReadLine()?.Trim() is not { Length: > 0 } answer)
                    return usual;
                try
                {
                    SweepFile.Parse(Text(with(answer)), "answer");
                    return answer;
                }
                catch (SweepFileException wrong)
                {
                    host.Say(wrong.Faults[0].Message);
                }
            }
        }
    }

    // What every one of the larger sets has.
    private static string Sizes(string dataset) =>
        dataset is "mnist" or "fashion-mnist" ? ", train: 10000, valid: 1000, test: 1000" : "";

    private static string Text(Answers answers) => $$"""
        name: {{answers.Name}}
        dataset: { name: {{answers.Dataset}}{{Sizes(answers.Dataset)}} }   # without train, valid, test: all images
        model: { hidden: [200, 200], activation: softplus }        # what all trials share
        objective: { bound: iwae }
        train: { epochs: {{answers.Epochs}}, batch_size: 100 }
        parameters:                       # every combination is a trial; `vaesweep plan FILE --show-config` lists what can vary
          model.latent: {{answers.Latent}}
          objective.k: {{answers.K}}
        seeds: {{answers.Seeds}}
        evaluate: { metrics: [test_nll, test_elbo, active_units], importance_samples: 100 }
        table: { by: [model.latent, objective.k], metric: test_nll }

        """;
}
